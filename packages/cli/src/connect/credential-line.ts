/** Credentials as a line of a pipe: what the text protocol calls credentials (PROTOCOL.md, section 2). */
import type { GivenCredentials } from '@sallyport/client';
import { canBeToken } from '@sallyport/protocol';

/** Also of a line that can be nobody's: to say so is the server's, or the client package's where no server can be told of it. */
export function parseCredentialLine(line: string): GivenCredentials {
  const token = /^Bearer +(.*)$/i.exec(line)?.[1];
  if (token !== undefined && canBeToken(token)) return { token };
  const colon = line.indexOf(':');
  return colon < 0
    ? { username: line, password: '' }
    : { username: line.slice(0, colon), password: line.slice(colon + 1) };
}
