/**
 * Who may enter, as the options say: the users of a file, tokens, or both; and everybody throttled.
 *
 * Files are opened here, before anything listens: what is wrong with them is a `Refusal`. The package that does the work
 * is loaded only if it is needed. Proven by: test/entry.test.ts.
 */
import { readFileSync } from 'node:fs';
import type { DeviceTokens, PasswordFile } from '@sallyport/auth';
import type { Authenticator, Clock } from '@sallyport/core';
import { UsageError } from '@sallyport/core';
import type { Logger } from 'pino';
import type { AuthenticationOptions } from './authentication-options.ts';
import { describeError } from './describe-error.ts';
import type { SourcedOption } from './option-source.ts';
import { printable, printableName } from './printable.ts';
import { Refusal } from './refusal.ts';

export interface Authentication {
  readonly authenticate: Authenticator;
  /** Says in the log who may enter: once it is clear that it serves. */
  announce(): void;
}

/** Throws a `Refusal`. */
export async function createAuthentication(
  authentication: AuthenticationOptions,
  clock: Clock,
  log: Logger,
): Promise<Authentication> {
  const auth = await import('@sallyport/auth');
  const ways: Authenticator[] = [];
  const announcements: (() => void)[] = [];
  let devices: DeviceTokens | undefined;
  if (authentication.users) {
    const read = sayUsers(authentication.users, log);
    const users = openUsers(auth, authentication.users, clock, log, read);
    ways.push(users);
    announcements.push(() => read(users.users));
    devices = openDevices(auth, authentication.users, users, log);
  }
  const keys = keysOf(authentication);
  if (keys) ways.push(openTokens(auth, authentication, keys));
  if (keys && !authentication.tokenAudience)
    announcements.push(() => log.warn({ event: 'anyAudience' }, AUDIENCE_WARNING));
  const authenticate = auth.throttled(auth.anyOf(...ways), {
    clock,
    ...(devices && { devices }),
    onFault: (error) =>
      log.warn(
        { event: 'throttle.fault', err: describeError(error) },
        'the throttle lets in whom it should not',
      ),
  });
  return { authenticate, announce: () => announcements.forEach((say) => void say()) };
}

const AUDIENCE_WARNING =
  'tokens are let in whatever they were made for, another app too: say which by --token-audience';

type Auth = typeof import('@sallyport/auth');

function sayUsers({ value: file }: SourcedOption<string>, log: Logger): (users: number) => void {
  return (users) => {
    const details = { event: 'users.read', file: printable(file), users };
    if (users > 0) log.info(details, `${users} users may enter`);
    else log.warn(details, 'nobody may enter: there is no user in the file');
  };
}

function openUsers(
  auth: Auth,
  { value: file, by }: SourcedOption<string>,
  clock: Clock,
  log: Logger,
  read: (users: number) => void,
): PasswordFile {
  try {
    return auth.passwordFile(file, {
      clock,
      onRead: read,
      onUpgraded: (user) =>
        log.info({ event: 'users.upgraded', user: printableName(user) }, 'replaced a weak hash in the file'),
      onProblem: ({ file, line, problem }) => {
        const where = line === undefined ? file : `${file}, line ${line}`;
        const details = {
          event: 'users.problem',
          file: printable(file),
          ...(line !== undefined && { line }),
        };
        log.warn(details, printable(`${where}: ${problem}`));
      },
    });
  } catch (error) {
    if (error instanceof auth.UserFileError) throw new Refusal(`${by}: ${error.message}`);
    throw error;
  }
}

/** The secret is beside the users, since a copy of one without the other is of no use. */
function openDevices(
  auth: Auth,
  { value }: SourcedOption<string>,
  users: PasswordFile,
  log: Logger,
): DeviceTokens {
  const file = `${value}.devices`;
  const { secret, problem } = auth.deviceSecret(file);
  if (problem !== undefined)
    log.warn({ event: 'devices.problem', file: printable(file) }, printable(problem));
  return auth.deviceTokens({ secret, hashTag: (user) => users.hashTag(user) });
}

type Keys = { readonly secret: Buffer } | { readonly publicKey: string } | { readonly jwksUrl: string };

function keysOf({ tokenSecretFile, tokenPublicKey, tokenJwksUrl }: AuthenticationOptions): Keys | undefined {
  if (tokenSecretFile) return { secret: withoutLineEnd(contentOf(tokenSecretFile)) };
  if (tokenPublicKey) return { publicKey: contentOf(tokenPublicKey).toString() };
  return tokenJwksUrl && { jwksUrl: tokenJwksUrl.value };
}

function openTokens(auth: Auth, authentication: AuthenticationOptions, keys: Keys): Authenticator {
  const { tokenIssuer, tokenAudience, tokenAlgorithms } = authentication;
  try {
    return auth.tokens({
      ...keys,
      ...(tokenIssuer && { issuer: tokenIssuer.value }),
      ...(tokenAudience && { audience: tokenAudience.value }),
      ...(tokenAlgorithms && { algorithms: tokenAlgorithms.value }),
    });
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    const key =
      authentication.tokenSecretFile ?? authentication.tokenPublicKey ?? authentication.tokenJwksUrl;
    const given = error.option === 'algorithms' ? tokenAlgorithms : key;
    throw new Refusal(`${given?.by}: ${error.message}`);
  }
}

function contentOf({ value: file, by }: SourcedOption<string>): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new Refusal(`${by}: ${file} cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
}

/** Editors and `echo` put it there, and nobody means it to be of the secret. */
function withoutLineEnd(bytes: Buffer): Buffer {
  const end = bytes.at(-1) === 0x0a ? (bytes.at(-2) === 0x0d ? -2 : -1) : bytes.length;
  return bytes.subarray(0, end);
}
