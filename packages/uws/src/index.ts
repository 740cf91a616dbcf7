/** Sallyport on uWebSockets.js: `behavior` for an app of yours, `serve` for a server of its own. */
export type { ContextFunction, CredentialSources, RequestOptions, RequestView } from '@sallyport/core';
export {
  type Fetch,
  type Listening,
  type ReadyAnswer,
  type RequestHead,
  ServeError,
  systemClock,
  type TlsFiles,
  type TlsReload,
} from '@sallyport/listen';
export { behavior, type UserData } from './adapter.ts';
export type { Library } from './library.ts';
export { type ServeOptions, serve } from './serve.ts';
