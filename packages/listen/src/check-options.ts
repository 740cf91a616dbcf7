/** The check for misspelt options of `serve`. Proven by: test/check-options.test.ts, and the adapters' stories of listening. */
import { checkKnownOptions, type RequestOptions } from '@sallyport/core';
import type { ListeningOptions, ServeOptions } from './listening.ts';
import type { TlsFiles } from './tls-files.ts';

const known: Readonly<Record<keyof ListeningOptions | keyof RequestOptions, true>> = {
  host: true,
  port: true,
  tls: true,
  path: true,
  context: true,
  credentials: true,
  fetch: true,
  ready: true,
  maxBodyBytes: true,
  requestsPerSecond: true,
  requestBurst: true,
  requestsInFlight: true,
  writeMs: true,
  onFault: true,
};
const knownOfTls: Readonly<Record<keyof TlsFiles, true>> = { key: true, cert: true };

/** Throws a `UsageError` if an option of `serve` is unknown. `further`: options that this adapter has besides. */
export function checkServeOptions(options: ServeOptions, further: readonly string[] = []): void {
  checkKnownOptions('serve', options, [...Object.keys(known), ...further]);
  if (options.tls) checkKnownOptions('serve', options.tls, Object.keys(knownOfTls), 'tls.');
}
