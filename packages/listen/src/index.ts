/** What a listening port needs whatever the library, for adapters; each of them hands on what its users need of it. */
export { type Ready, type ReadyAnswer, type RequestHead, tooMany } from './answers.ts';
export { Client } from './client.ts';
export { systemClock } from './clock.ts';
export type { Fetch } from './fetch.ts';
export type { Listening, ServeOptions } from './listening.ts';
export { type Outgoing, outgoingReady, PIECE_BYTES, piecesOf } from './outgoing.ts';
export type { Usage } from './requests.ts';
export { checkPort, listenError, ServeError } from './serve-error.ts';
export { type RequestParts, respond, type Site, siteOf } from './site.ts';
export { readTlsFiles, type TlsFiles } from './tls-files.ts';
