/** The program that both server binaries run. `run` starts it with an app of yours, or on a transport of yours. */
export type { Listening, ServeOptions } from '@sallyport/listen';
export type { App, MessageHandler, RequestHandlers, Started, Stop } from './app.ts';
export { type RunOptions, run } from './run.ts';
export { StartupError } from './startup-error.ts';
export type { Serve, Transport } from './transport.ts';
export { workerBroker } from './workers/broker/worker-broker.ts';
