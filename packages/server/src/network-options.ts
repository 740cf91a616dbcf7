/**
 * The options for the network path to the server: TLS, proxies, unencrypted connections, and host names.
 *
 * This file checks only the form of the values. The server reads the TLS files when it listens.
 * Proven by: test/network-options.test.ts.
 */
import type { Command } from 'commander';
import {
  addOption,
  addSwitch,
  isSwitchOn,
  nonEmptyText,
  type OptionValue,
  optionValue,
} from './option-source.ts';
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

export function addNetworkOptions(command: Command): Command {
  command.optionsGroup('Network:');
  addOption(
    command,
    '--tls-cert <file>',
    'serve wss: with this certificate (PEM), followed by its intermediate certificates',
    nonEmptyText,
  );
  addOption(command, '--tls-key <file>', 'the private key of the certificate (PEM)', nonEmptyText);
  addOption<readonly string[]>(
    command,
    '--trusted-proxy <address>',
    'read the client address from X-Forwarded-For if the connection comes from this proxy: an address, a network such as 10.0.0.0/8, or unix: for every connection over a Unix socket (--host unix:PATH); repeat it or separate values by commas',
    appendList,
  );
  addOption<readonly string[]>(
    command,
    '--allow-host <name>',
    'answer requests for this host name, such as app.example.org, or .example.org with all its subdomains; repeat it or separate values by commas (default: any name; on a loopback address without TLS and without a trusted proxy: only addresses, localhost and *.localhost)',
    appendList,
  );
  addSwitch(command, '--insecure', 'let other machines send passwords and tokens unencrypted');
  return command;
}

/** Throws a `StartupError` for options that conflict. */
export function networkOptions(command: Command): NetworkOptions {
  const cert = optionValue<string>(command, 'tlsCert');
  const key = optionValue<string>(command, 'tlsKey');
  if (cert && !key)
    throw new StartupError(`${cert.name} needs the private key of the certificate: --tls-key`);
  if (key && !cert) throw new StartupError(`${key.name} needs the certificate of the key: --tls-cert`);
  const trustedProxies = optionValue<readonly string[]>(command, 'trustedProxy');
  const allowedHosts = optionValue<readonly string[]>(command, 'allowHost');
  return {
    insecure: isSwitchOn(command, 'insecure'),
    ...(cert && key && { tls: { cert: cert.value, key: key.value } }),
    ...(trustedProxies && { trustedProxies }),
    ...(allowedHosts && { allowedHosts }),
  };
}

/** The parser of a flag that may be repeated: adds the values of this one to the previous values. */
function appendList(text: string, previous: readonly string[] = []): readonly string[] {
  return [...previous, ...text.split(',').map((part) => nonEmptyText(part).trim())];
}
