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

/**
 * Returns `undefined` if the operator configured no authentication. Throws a `StartupError` for options that conflict, and for
 * an empty variable (one of `emptyVariables`) that would let more clients in if it counted as unset.
 */
export function authenticationOptions(
  command: Command,
  emptyVariables: ReadonlySet<string> = new Set(),
): AuthenticationOptions | undefined {
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
  const hasAuthentication = authentication.users !== undefined || key !== undefined;
  if (!hasAuthentication)
    refuseEmpty(emptyVariables, USER_VARIABLES, 'every user of this machine could sign in as the demo user');
  if (key) {
    for (const name of ['tokenIssuer', 'tokenAudience', 'tokenAlgorithms'] as const)
      if (!authentication[name])
        refuseEmpty(emptyVariables, [CLAIM_VARIABLES[name]], 'tokens would be accepted without this check');
  }
  return hasAuthentication ? authentication : undefined;
}

const USER_VARIABLES = [
  'SALLYPORT_APP',
  'SALLYPORT_USERS',
  'SALLYPORT_TOKEN_SECRET_FILE',
  'SALLYPORT_TOKEN_PUBLIC_KEY',
  'SALLYPORT_TOKEN_JWKS_URL',
];
const CLAIM_VARIABLES = {
  tokenIssuer: 'SALLYPORT_TOKEN_ISSUER',
  tokenAudience: 'SALLYPORT_TOKEN_AUDIENCE',
  tokenAlgorithms: 'SALLYPORT_TOKEN_ALGORITHMS',
} as const;

function refuseEmpty(empty: ReadonlySet<string>, variables: readonly string[], consequence: string): void {
  const variable = variables.find((name) => empty.has(name));
  if (variable !== undefined)
    throw new StartupError(`${variable} is empty: ${consequence}; give it a value, or remove the variable`);
}

function nonEmptyTexts(text: string): readonly string[] {
  return text.split(',').map((part) => nonEmptyText(part).trim());
}
