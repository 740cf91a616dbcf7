/** Credentials as a line of a pipe: what the text protocol calls credentials (PROTOCOL.md, section 2). */
import type { GivenCredentials } from '@sallyport/client';

/** Also of a line that can be nobody's: to say so is the server's. */
export function credentialsIn(line: string): GivenCredentials {
  const token = /^Bearer +([A-Za-z0-9\-._~+/]+=*)$/i.exec(line)?.[1];
  if (token !== undefined) return { token };
  const colon = line.indexOf(':');
  return colon < 0
    ? { username: line, password: '' }
    : { username: line.slice(0, colon), password: line.slice(colon + 1) };
}
