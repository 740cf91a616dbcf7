/**
 * Builds the authenticator that the options describe: a user file, tokens, or both, behind one throttle.
 *
 * It opens the files before the server listens. An unusable file is a `StartupError`. `@sallyport/auth` is loaded only if
 * the operator configured authentication. Proven by: test/authentication.test.ts.
 */
import type { DeviceSecret, DeviceTokens, PasswordFile, Tokens } from '@sallyport/auth';
import type { Authenticator, Clock } from '@sallyport/core';
import { UsageError } from '@sallyport/core';
import type { Logger } from 'pino';
import type { AuthenticationOptions } from './authentication-options.ts';
import { describeError } from './describe-error.ts';
import { escapeAndShorten, escapeUnprintable } from './escape-unprintable.ts';
import type { OptionValue } from './option-source.ts';
import { StartupError } from './startup-error.ts';

export interface Authentication {
  readonly authenticate: Authenticator;
  /** Reads the user file, the key of tokens and the secret of device tokens again. Resolves when that is done. Never rejects. */
  reload(): Promise<void>;
  /** Logs the number of users and the warnings about the configuration. Call it once the server listens. */
  announce(): void;
}

/** Throws a `StartupError` if a file or a key is unusable. */
export async function createAuthentication(
  authentication: AuthenticationOptions,
  clock: Clock,
  log: Logger,
): Promise<Authentication> {
  const auth = await import('@sallyport/auth');
  const authenticators: Authenticator[] = [];
  const announcements: (() => void)[] = [];
  const reloads: (() => Promise<void>)[] = [];
  let devices: DeviceTokens | undefined;
  if (authentication.users) {
    const logUsers = userCountLogger(authentication.users, log);
    const users = openUsers(auth, authentication.users, clock, log, logUsers);
    authenticators.push(users);
    announcements.push(() => logUsers(users.users));
    const secret = openDeviceSecret(auth, authentication.users, clock, log);
    devices = auth.deviceTokens({ secret, hashTag: (user) => users.hashTag(user) });
    reloads.push(
      () => users.reload(),
      () => secret.reload(),
    );
  }
  const key = tokenKey(authentication);
  if (key) {
    const tokens = openTokens(auth, authentication, key, clock, log);
    authenticators.push(tokens);
    reloads.push(() => tokens.reload());
  }
  if (key && !authentication.tokenAudience)
    announcements.push(() => log.warn({ event: 'anyAudience' }, AUDIENCE_WARNING));
  const authenticate = await throttle(auth.anyOf(...authenticators), clock, log, devices);
  return {
    authenticate,
    announce: () => announcements.forEach((announce) => void announce()),
    reload: async () => void (await Promise.all(reloads.map((reload) => reload()))),
  };
}

/** Slows down the guessing of passwords at this authenticator. Its faults are logged. */
export async function throttle(
  authenticate: Authenticator,
  clock: Clock,
  log: Logger,
  devices?: DeviceTokens,
): Promise<Authenticator> {
  const { throttled } = await import('@sallyport/auth');
  return throttled(authenticate, {
    clock,
    ...(devices && { devices }),
    onFault: (error) =>
      log.warn(
        { event: 'throttle.fault', err: describeError(error) },
        'throttle degraded: failure store full or failing',
      ),
  });
}

const AUDIENCE_WARNING =
  'tokens for any audience are accepted, also those issued for another application; set --token-audience';

type Auth = typeof import('@sallyport/auth');

function userCountLogger({ value: file }: OptionValue<string>, log: Logger): (users: number) => void {
  return (users) => {
    const details = { event: 'users.read', file: escapeUnprintable(file), users };
    if (users > 0) log.info(details, `user file read: ${users} ${users === 1 ? 'user' : 'users'}`);
    else log.warn(details, 'the user file has no users: every sign-in with a password will fail');
  };
}

function openUsers(
  auth: Auth,
  { value: file, name }: OptionValue<string>,
  clock: Clock,
  log: Logger,
  onRead: (users: number) => void,
): PasswordFile {
  try {
    return auth.passwordFile(file, {
      clock,
      onRead,
      onUpgraded: (user) =>
        log.info(
          { event: 'users.upgraded', user: escapeAndShorten(user) },
          'replaced a weak password hash in the user file',
        ),
      onProblem: ({ file, line, problem, isUnusable }) => {
        const place = line === undefined ? file : `${file}, line ${line}`;
        const details = {
          event: 'users.problem',
          file: escapeUnprintable(file),
          ...(line !== undefined && { line }),
        };
        // A user who was removed from the file can still sign in while it cannot be read.
        log[isUnusable ? 'error' : 'warn'](details, escapeUnprintable(`${place}: ${problem}`));
      },
    });
  } catch (error) {
    if (error instanceof auth.UserFileError) throw new StartupError(`${name}: ${error.message}`);
    throw error;
  }
}

/** The secret of device tokens is a file beside the user file: each of the two is useless without the other. */
function openDeviceSecret(
  auth: Auth,
  { value }: OptionValue<string>,
  clock: Clock,
  log: Logger,
): DeviceSecret {
  const path = `${value}.devices`;
  const file = escapeUnprintable(path);
  const onProblem = (problem: string) =>
    log.warn({ event: 'devices.problem', file }, escapeUnprintable(problem));
  const secret = auth.deviceSecret(path, {
    clock,
    onProblem,
    onChanged: () =>
      log.info(
        { event: 'devices.changed', file },
        'new secret of device tokens: known devices are forgotten',
      ),
  });
  if (secret.problem !== undefined) onProblem(secret.problem);
  return secret;
}

type TokenKey =
  | { readonly secretFile: string }
  | { readonly publicKeyFile: string }
  | { readonly jwksUrl: string };

function tokenKey({
  tokenSecretFile,
  tokenPublicKey,
  tokenJwksUrl,
}: AuthenticationOptions): TokenKey | undefined {
  if (tokenSecretFile) return { secretFile: tokenSecretFile.value };
  if (tokenPublicKey) return { publicKeyFile: tokenPublicKey.value };
  return tokenJwksUrl && { jwksUrl: tokenJwksUrl.value };
}

function openTokens(
  auth: Auth,
  options: AuthenticationOptions,
  key: TokenKey,
  clock: Clock,
  log: Logger,
): Tokens {
  const { tokenIssuer, tokenAudience, tokenAlgorithms } = options;
  const keyOption = options.tokenSecretFile ?? options.tokenPublicKey ?? options.tokenJwksUrl;
  try {
    return auth.tokens({
      ...key,
      clock,
      ...(tokenIssuer && { issuer: tokenIssuer.value }),
      ...(tokenAudience && { audience: tokenAudience.value }),
      ...(tokenAlgorithms && { algorithms: tokenAlgorithms.value }),
      onRefused: (reason, { peer }) =>
        log.debug(
          { event: 'token.refused', reason, peer: escapeUnprintable(peer.address) },
          `token not accepted: ${reason}`,
        ),
      onKeysChanged: () =>
        log.info(
          { event: 'tokenKeys.changed', source: escapeUnprintable(keyOption?.value ?? '') },
          'new keys for tokens are in use',
        ),
      // A key that cannot be fetched may be back in a minute. A file stays unusable until the operator replaces it.
      onProblem: (problem) =>
        log['jwksUrl' in key ? 'warn' : 'error']({ event: 'tokenKeys.problem' }, escapeUnprintable(problem)),
    });
  } catch (error) {
    if (error instanceof auth.TokenKeysError) throw new StartupError(`${keyOption?.name}: ${error.message}`);
    if (!(error instanceof UsageError)) throw error;
    const option = error.option === 'algorithms' ? tokenAlgorithms : keyOption;
    throw new StartupError(`${option?.name}: ${error.message}`);
  }
}
