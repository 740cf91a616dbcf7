/** Sallyport on uWebSockets.js: the handler form for an app that you have, and the serve form. */
export { behavior, type UserData } from './adapter.ts';
export { systemClock } from './clock.ts';
export type { Fetch } from './fetch.ts';
export type { Library } from './library.ts';
export { type Listening, type ServeOptions, serve } from './serve.ts';
export { ServeError } from './serve-error.ts';
export type { TlsFiles } from './tls-files.ts';
