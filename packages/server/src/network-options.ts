/**
 * The options for the network path to the server: TLS, proxies, unencrypted connections, and host names.
 *
 * The schema checks the form of the values (`configuration/`), and this file their combination. The server reads the TLS files when it listens.
 * Proven by: test/network-options.test.ts.
 */
import type { Configuration } from './configuration/resolve.ts';
import type { OptionValue } from './option-source.ts';
import { StartupError } from './startup-error.ts';

export interface NetworkOptions {
  /** Paths of PEM files. */
  readonly tls?: { readonly cert: string; readonly key: string };
  /** Whether other machines may send credentials unencrypted. Default: false. */
  readonly insecure: boolean;
  /** Addresses and networks. The core checks their form. */
  readonly trustedProxies?: OptionValue<readonly string[]>;
  /** Host names. The core checks their form. */
  readonly allowedHosts?: OptionValue<readonly string[]>;
}

/** Throws a `StartupError` for options that conflict. */
export function networkOptions(configuration: Configuration): NetworkOptions {
  const cert = configuration.given<string>('tlsCert');
  const key = configuration.given<string>('tlsKey');
  if (cert && !key)
    throw new StartupError(`${cert.name} needs the private key of the certificate: --tls-key`);
  if (key && !cert) throw new StartupError(`${key.name} needs the certificate of the key: --tls-cert`);
  const trustedProxies = configuration.given<readonly string[]>('trustedProxy');
  const allowedHosts = configuration.given<readonly string[]>('allowHost');
  return {
    insecure: configuration.value('insecure'),
    ...(cert && key && { tls: { cert: cert.value, key: key.value } }),
    ...(trustedProxies && { trustedProxies }),
    ...(allowedHosts && { allowedHosts }),
  };
}
