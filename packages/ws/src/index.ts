/** Sallyport on ws: the handler form for an `http.Server` that you have, and the serve form. */
export {
  type Fetch,
  type Listening,
  ServeError,
  type ServeOptions,
  systemClock,
  type TlsFiles,
} from '@sallyport/listen';
export { type Attached, type AttachOptions, attach } from './adapter.ts';
export { serve } from './serve.ts';
