/**
 * The options of how clients get here: by TLS, by proxies that bring what TLS would, or in clear; and by which hosts.
 *
 * Only their form is checked here; files are read when it listens. Proven by: test/transit-options.test.ts.
 */
import type { Command } from 'commander';
import { addOption, addSwitch, givenOf, isOn, type SourcedOption, someText } from './option-source.ts';
import { Refusal } from './refusal.ts';

export interface NetworkOptions {
  /** Paths of PEM files. */
  readonly tls?: { readonly cert: string; readonly key: string };
  /** Whether clear text may come from other machines. */
  readonly insecure: boolean;
  /** Addresses and networks, of which the core says whether they are any. */
  readonly trustedProxies?: SourcedOption<readonly string[]>;
  /** Names of hosts, of which the core says whether they are any. */
  readonly allowedHosts?: SourcedOption<readonly string[]>;
}

export function addNetworkOptions(command: Command): Command {
  command.optionsGroup('How they get here:');
  addOption(
    command,
    '--tls-cert <file>',
    'serve wss: with the certificate in this file (PEM), and those above it',
    someText,
  );
  addOption(command, '--tls-key <file>', 'its private key (PEM)', someText);
  addOption<readonly string[]>(
    command,
    '--trusted-proxy <address>',
    'believe this proxy in front, an address or a network such as 10.0.0.0/8, from where clients come (X-Forwarded-For); repeat it, or separate by commas, for more',
    listOf,
  );
  addOption<readonly string[]>(
    command,
    '--allow-host <name>',
    'answer to this host too, such as app.example.org, or .example.org for all below it; repeat it, or separate by commas, for more (default: any host; but on a loopback address, without TLS and without a trusted proxy, only addresses, localhost, and names that end in .localhost)',
    listOf,
  );
  addSwitch(command, '--insecure', 'let passwords and tokens come in clear from other machines');
  return command;
}

/** Throws a `Refusal` for what does not go together. */
export function networkOptions(command: Command): NetworkOptions {
  const cert = givenOf<string>(command, 'tlsCert');
  const key = givenOf<string>(command, 'tlsKey');
  if (cert && !key) throw new Refusal(`${cert.by} needs the private key of the certificate: --tls-key`);
  if (key && !cert) throw new Refusal(`${key.by} needs the certificate that it is the key of: --tls-cert`);
  const trustedProxies = givenOf<readonly string[]>(command, 'trustedProxy');
  const allowedHosts = givenOf<readonly string[]>(command, 'allowHost');
  return {
    insecure: isOn(command, 'insecure'),
    ...(cert && key && { tls: { cert: cert.value, key: key.value } }),
    ...(trustedProxies && { trustedProxies }),
    ...(allowedHosts && { allowedHosts }),
  };
}

/** Of a flag that may be repeated: what came before, and what this one lists. */
function listOf(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, ...text.split(',').map((one) => someText(one).trim())];
}
