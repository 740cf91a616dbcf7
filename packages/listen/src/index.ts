/** Everything that a listening port needs, whatever the library. For adapters, which re-export what apps need. */
export { type ListenAddress, listenAddressOf, urlOf } from './address.ts';
export { type OwnBytes, type Ready, type ReadyAnswer, type RequestHead, tooMany } from './answers.ts';
export { Body } from './body.ts';
export { checkServeOptions } from './check-options.ts';
export { Client } from './client.ts';
export { systemClock } from './clock.ts';
export type { Fetch } from './fetch.ts';
export type { Listening, ListeningOptions, ServeOptions, TlsReload } from './listening.ts';
export { type Outgoing, outgoingReady, PIECE_BYTES, piecesOf } from './outgoing.ts';
export { type Admitted, noWebSocket, type Refusal, refusalFor } from './refusals.ts';
export type { RequestLimits, Requests, Ruling, Usage } from './requests.ts';
export { type Advice, checkPort, hostError, listenError, ServeError } from './serve-error.ts';
export { type SharedBatch, type SharedEncoding, SharedSends, type SharedTarget } from './shared-sends.ts';
export { type RequestParts, respond, type Site, siteOf } from './site.ts';
export { TlsContext } from './tls-context.ts';
export { readTlsFiles, type TlsContent, type TlsFiles } from './tls-files.ts';
export { adoptUnixSocket, clearUnixSocket } from './unix-socket.ts';
