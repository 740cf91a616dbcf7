/** The server binaries' shared program: run it over a transport of your own. */
export type { Listening, ServeOptions } from '@sallyport/listen';
export { run } from './program.ts';
export { Refusal } from './refusal.ts';
export type { Serve, Transport } from './transport.ts';
