/**
 * The options for authentication: the user file, and the keys and claims for tokens.
 *
 * This file checks only the form of the values. `authentication.ts` opens the files and finds out whether they are usable.
 * Proven by: test/authentication-options.test.ts.
 */
import type { Command } from 'commander';
import { addOption, addSwitch, nonEmptyText, type OptionValue, optionValue } from './option-source.ts';
import { StartupError } from './startup-error.ts';

/** The operator's options for authentication. At least `users` or one key option is set. */
export interface AuthenticationOptions {
  /** The path of the user file. */
  readonly users?: OptionValue<string>;
  /** The path of a file with the shared secret of tokens. */
  readonly tokenSecretFile?: OptionValue<string>;
  /** The path of a PEM file with the public key of tokens. */
  readonly tokenPublicKey?: OptionValue<string>;
  /** The address of the published keys of tokens (JWKS). */
  readonly tokenJwksUrl?: OptionValue<string>;
  /** The issuer (`iss`) that a token must name. Default: any issuer. */
  readonly tokenIssuer?: OptionValue<string>;
  /** The audiences (`aud`); a token must name one of them. Default: any audience. */
  readonly tokenAudience?: OptionValue<readonly string[]>;
  /** The signature algorithms that are accepted. Default: those that fit the key. */
  readonly tokenAlgorithms?: OptionValue<readonly string[]>;
}

type Name = keyof AuthenticationOptions;

/** The options that give a key for tokens. They exclude each other. */
const keyNames = ['tokenSecretFile', 'tokenPublicKey', 'tokenJwksUrl'] as const;
const names: readonly Name[] = ['users', ...keyNames, 'tokenIssuer', 'tokenAudience', 'tokenAlgorithms'];

export function addAuthenticationOptions(command: Command): Command {
  const add = (flags: string, description: string, parse: (text: string) => unknown) =>
    addOption(command, flags, description, parse);
  command.optionsGroup('Authentication:');
  add(
    '--users <file>',
    'accept the users in this file; one name:hash per line, as htpasswd -B writes it',
    nonEmptyText,
  );
  add('--token-secret-file <file>', 'accept tokens (JWT) signed with the secret in this file', nonEmptyText);
  add(
    '--token-public-key <file>',
    'accept tokens signed with the private key that belongs to this public key (PEM file)',
    nonEmptyText,
  );
  add('--token-jwks-url <url>', 'accept tokens signed with a key published at this URL (JWKS)', nonEmptyText);
  add('--token-issuer <name>', 'accept only tokens from this issuer (iss)', nonEmptyText);
  add(
    '--token-audience <names>',
    'accept only tokens for one of these audiences (aud); separate them by commas',
    nonEmptyTexts,
  );
  add(
    '--token-algorithms <names>',
    'accept only tokens signed with one of these algorithms, such as RS256,ES256',
    nonEmptyTexts,
  );
  addSwitch(
    command,
    '--newest-sign-in-wins',
    'when a user signs in again, end the older session of that user',
  );
  return command;
}

/** Returns `undefined` if the operator configured no authentication. Throws a `StartupError` for options that conflict. */
export function authenticationOptions(command: Command): AuthenticationOptions | undefined {
  const authentication = Object.fromEntries(
    names
      .map((name) => [name, optionValue(command, name)] as const)
      .filter(([, value]) => value !== undefined),
  ) as AuthenticationOptions;
  const [key, secondKey] = keyNames.flatMap((name) => authentication[name] ?? []);
  if (key && secondKey)
    throw new StartupError(
      `${key.name} and ${secondKey.name} exclude each other: give only one kind of key for tokens`,
    );
  const restriction =
    authentication.tokenIssuer ?? authentication.tokenAudience ?? authentication.tokenAlgorithms;
  if (restriction && !key)
    throw new StartupError(
      `${restriction.name} needs a key for tokens: --token-secret-file, --token-public-key or --token-jwks-url`,
    );
  return authentication.users || key ? authentication : undefined;
}

function nonEmptyTexts(text: string): readonly string[] {
  return text.split(',').map((part) => nonEmptyText(part).trim());
}
