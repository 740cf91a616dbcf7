/** The address of the admin listener, and the token that its file holds. Proven by: test/admin-options.test.ts. */
import { lookup } from 'node:dns/promises';
import { readFileSync } from 'node:fs';
import { isExposed } from '@sallyport/auth/private-file';
import type { AdminOptions } from './admin-options.ts';
import { isLoopback } from './host.ts';
import type { OptionValue } from './option-source.ts';
import { StartupError } from './startup-error.ts';

/** Where the admin listener listens, and what it requires. */
export interface AdminAccess {
  /** The address that was judged. */
  readonly address: string;
  readonly isLoopback: boolean;
  readonly token: string | undefined;
}

/**
 * Resolves the address and reads the token. Throws a `StartupError` if other machines could reach the listener without a token, or if the
 * file cannot be used.
 */
export async function adminAccess({ host, tokenFile, inspectPayloads }: AdminOptions): Promise<AdminAccess> {
  const addresses = await lookup(host.value, { all: true }).catch((error: NodeJS.ErrnoException) => {
    throw new StartupError(
      `${host.name} ${host.value} cannot be resolved (${error.code}): give an address of this machine, such as 127.0.0.1`,
    );
  });
  const [first] = addresses;
  const reachable = addresses.find(({ address }) => !isLoopback(address));
  if (reachable && !tokenFile)
    throw new StartupError(
      `${host.name} ${host.value} is reachable from other machines, and everyone there could close sessions: give a bearer token with --admin-token-file, or listen on 127.0.0.1`,
    );
  if (reachable && inspectPayloads)
    throw new StartupError(
      `${inspectPayloads.name} shows what users write, and ${host.name} ${host.value} is reachable from other machines: listen on 127.0.0.1, or leave payloads out`,
    );
  return {
    address: reachable?.address ?? first?.address ?? host.value,
    isLoopback: !reachable,
    token: tokenFile && readToken(tokenFile),
  };
}

function readToken({ name, value: path }: OptionValue<string>): string {
  let text: string;
  try {
    if (isExposed(path))
      throw new StartupError(
        `${name} ${path}: other users can read or write the file; run chmod 600 ${path}`,
      );
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof StartupError) throw error;
    throw new StartupError(`${name} ${path} cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
  const token = text.trim();
  if (!/^[\x21-\x7e]{16,}$/.test(token))
    throw new StartupError(
      `${name} ${path}: the token must have 16 characters or more, on one line and without spaces; make one with openssl rand -hex 32`,
    );
  return token;
}
