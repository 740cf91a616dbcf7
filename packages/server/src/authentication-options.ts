/**
 * The options for authentication: the user file, and the keys and claims for tokens.
 *
 * The schema checks the form of the values (`configuration/`), and this file their combination. `authentication.ts` opens the files and finds out whether they are usable.
 * Proven by: test/authentication-options.test.ts.
 */
import type { Configuration } from './configuration/resolve.ts';
import type { OptionValue } from './option-source.ts';
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

/**
 * Returns `undefined` if the operator configured no authentication. Throws a `StartupError` for options that conflict, and for
 * an empty variable that would let more clients in if it counted as unset.
 */
export function authenticationOptions(configuration: Configuration): AuthenticationOptions | undefined {
  const { emptyVariables } = configuration;
  const authentication = Object.fromEntries(
    names
      .map((name) => [name, configuration.given(name)] as const)
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
  'SALLYPORT_CONFIG',
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
