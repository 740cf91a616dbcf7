/** Sallyport on uWebSockets.js: the handler form for an app that you have, and the serve form. */
export { type Fetch, type Listening, ServeError, systemClock, type TlsFiles } from '@sallyport/listen';
export { behavior, type UserData } from './adapter.ts';
export type { Library } from './library.ts';
export { type ServeOptions, serve } from './serve.ts';
