/** Sallyport on ws: the handler form for an `http.Server` that you have, and the serve form. */
export { type Attached, type AttachOptions, attach } from './adapter.ts';
export { systemClock } from './clock.ts';
export type { Fetch } from './fetch.ts';
export { type Listening, type ServeOptions, serve } from './serve.ts';
export { ServeError } from './serve-error.ts';
export type { TlsFiles } from './tls-files.ts';
