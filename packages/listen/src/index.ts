/** What a listening port needs whatever the library, for adapters; each of them hands on what its users need of it. */
export { systemClock } from './clock.ts';
export type { Fetch } from './fetch.ts';
export type { Listening, ServeOptions } from './listening.ts';
export { checkPort, listenError, ServeError } from './serve-error.ts';
export { type RequestParts, respond, type Site, siteOf, statusText } from './site.ts';
export { readTlsFiles, type TlsFiles } from './tls-files.ts';
