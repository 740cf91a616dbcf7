/** The server binaries' shared program: run it over a transport of your own. */
export { run } from './program.ts';
export { Refusal } from './refusal.ts';
export type { Listening, Serve, ServeOptions, Transport } from './transport.ts';
