/**
 * Builds the authenticator that the options describe: a user file, tokens, or both, behind one throttle.
 *
 * It opens the files before the server listens. An unusable file is a `StartupError`. `@sallyport/auth` is loaded only if
 * the operator configured authentication. Proven by: test/authentication.test.ts.
 */
import { readFileSync } from 'node:fs';
import type { DeviceTokens, PasswordFile } from '@sallyport/auth';
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
  let devices: DeviceTokens | undefined;
  if (authentication.users) {
    const logUsers = userCountLogger(authentication.users, log);
    const users = openUsers(auth, authentication.users, clock, log, logUsers);
    authenticators.push(users);
    announcements.push(() => logUsers(users.users));
    devices = openDevices(auth, authentication.users, users, log);
  }
  const key = readTokenKey(authentication);
  if (key) authenticators.push(openTokens(auth, authentication, key));
  if (key && !authentication.tokenAudience)
    announcements.push(() => log.warn({ event: 'anyAudience' }, AUDIENCE_WARNING));
  const authenticate = auth.throttled(auth.anyOf(...authenticators), {
    clock,
    ...(devices && { devices }),
    onFault: (error) =>
      log.warn(
        { event: 'throttle.fault', err: describeError(error) },
        'throttle degraded: failure store full or failing',
      ),
  });
  return { authenticate, announce: () => announcements.forEach((announce) => void announce()) };
}

const AUDIENCE_WARNING =
  'tokens for any audience are accepted, also those issued for another application; set --token-audience';

type Auth = typeof import('@sallyport/auth');

function userCountLogger({ value: file }: OptionValue<string>, log: Logger): (users: number) => void {
  return (users) => {
    const details = { event: 'users.read', file: escapeUnprintable(file), users };
    if (users > 0) log.info(details, `user file read: ${users} ${users === 1 ? 'user' : 'users'}`);
    else log.warn(details, 'the user file has no users: nobody can sign in with a password');
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
      onProblem: ({ file, line, problem }) => {
        const place = line === undefined ? file : `${file}, line ${line}`;
        const details = {
          event: 'users.problem',
          file: escapeUnprintable(file),
          ...(line !== undefined && { line }),
        };
        log.warn(details, escapeUnprintable(`${place}: ${problem}`));
      },
    });
  } catch (error) {
    if (error instanceof auth.UserFileError) throw new StartupError(`${name}: ${error.message}`);
    throw error;
  }
}

/** The secret of device tokens is a file beside the user file: each of the two is useless without the other. */
function openDevices(
  auth: Auth,
  { value }: OptionValue<string>,
  users: PasswordFile,
  log: Logger,
): DeviceTokens {
  const file = `${value}.devices`;
  const { secret, problem } = auth.deviceSecret(file);
  if (problem !== undefined)
    log.warn({ event: 'devices.problem', file: escapeUnprintable(file) }, escapeUnprintable(problem));
  return auth.deviceTokens({ secret, hashTag: (user) => users.hashTag(user) });
}

type TokenKey = { readonly secret: Buffer } | { readonly publicKey: string } | { readonly jwksUrl: string };

function readTokenKey(options: AuthenticationOptions): TokenKey | undefined {
  const { tokenSecretFile, tokenPublicKey, tokenJwksUrl } = options;
  if (tokenSecretFile) return { secret: withoutFinalNewline(readOptionFile(tokenSecretFile)) };
  if (tokenPublicKey) return { publicKey: readOptionFile(tokenPublicKey).toString() };
  return tokenJwksUrl && { jwksUrl: tokenJwksUrl.value };
}

function openTokens(auth: Auth, options: AuthenticationOptions, key: TokenKey): Authenticator {
  const { tokenIssuer, tokenAudience, tokenAlgorithms } = options;
  try {
    return auth.tokens({
      ...key,
      ...(tokenIssuer && { issuer: tokenIssuer.value }),
      ...(tokenAudience && { audience: tokenAudience.value }),
      ...(tokenAlgorithms && { algorithms: tokenAlgorithms.value }),
    });
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    const keyOption = options.tokenSecretFile ?? options.tokenPublicKey ?? options.tokenJwksUrl;
    const option = error.option === 'algorithms' ? tokenAlgorithms : keyOption;
    throw new StartupError(`${option?.name}: ${error.message}`);
  }
}

function readOptionFile({ value: file, name }: OptionValue<string>): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new StartupError(`${name}: ${file} cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
}

/** Editors and `echo` add a newline to the file. It is not part of the secret. */
function withoutFinalNewline(bytes: Buffer): Buffer {
  const end = bytes.at(-1) === 0x0a ? (bytes.at(-2) === 0x0d ? -2 : -1) : bytes.length;
  return bytes.subarray(0, end);
}
