/** Sallyport on ws: `attach` for an `http.Server` of yours, `serve` for a server of its own. */
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
export { type Attached, type AttachOptions, attach } from './adapter.ts';
export { serve } from './serve.ts';
