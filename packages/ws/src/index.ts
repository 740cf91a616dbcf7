/** Sallyport on ws: `attach` for an `http.Server` of yours, `serve` for a server of its own. */
export type { ContextFunction, CredentialSources, RequestOptions, RequestView } from '@sallyport/core';
export {
  type Fetch,
  type Listening,
  type ReadyAnswer,
  type RequestHead,
  ServeError,
  type ServeOptions,
  systemClock,
  type TlsFiles,
  type TlsReload,
} from '@sallyport/listen';
export { type Attached, type AttachOptions, attach, type PathOptions } from './adapter.ts';
export { serve } from './serve.ts';
