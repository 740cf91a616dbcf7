/** The program that both server binaries run. Use `run` to start it on a transport of your own. */
export type { Listening, ServeOptions } from '@sallyport/listen';
export { run } from './program.ts';
export { StartupError } from './startup-error.ts';
export type { Serve, Transport } from './transport.ts';
