/**
 * The options of how clients get here: by TLS, by proxies that bring what TLS would, or in clear.
 *
 * Only their form is checked here; files are read when it listens. Proven by: test/transit-options.test.ts.
 */
import type { Command } from 'commander';
import { addOption, addSwitch, type Given, givenOf, isOn, someText } from './given.ts';
import { Refusal } from './refusal.ts';

export interface TransitOptions {
  /** Paths of PEM files. */
  readonly tls?: { readonly cert: string; readonly key: string };
  /** Whether clear text may come from other machines. */
  readonly insecure: boolean;
  /** Addresses and networks, of which the core says whether they are any. */
  readonly trustedProxies?: Given<readonly string[]>;
}

export function addTransitOptions(command: Command): Command {
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
    (text, before = []) => [...before, ...text.split(',').map((one) => someText(one).trim())],
  );
  addSwitch(command, '--insecure', 'let passwords and tokens come in clear from other machines');
  return command;
}

/** Throws a `Refusal` for what does not go together. */
export function transitOptions(command: Command): TransitOptions {
  const cert = givenOf<string>(command, 'tlsCert');
  const key = givenOf<string>(command, 'tlsKey');
  if (cert && !key) throw new Refusal(`${cert.by} needs the private key of the certificate: --tls-key`);
  if (key && !cert) throw new Refusal(`${key.by} needs the certificate that it is the key of: --tls-cert`);
  const trustedProxies = givenOf<readonly string[]>(command, 'trustedProxy');
  return {
    insecure: isOn(command, 'insecure'),
    ...(cert && key && { tls: { cert: cert.value, key: key.value } }),
    ...(trustedProxies && { trustedProxies }),
  };
}
