/** Credentials in one line of piped input, in the form of the text protocol (PROTOCOL.md, section 2). */
import type { GivenCredentials } from '@sallyport/client';
import { canBeToken } from '@sallyport/protocol';

/** Parses any line. The server refuses a line that is not valid; the client package refuses what the protocol cannot express. */
export function parseCredentialLine(line: string): GivenCredentials {
  const token = /^Bearer +(.*)$/i.exec(line)?.[1];
  if (token !== undefined && canBeToken(token)) return { token };
  const colon = line.indexOf(':');
  return colon < 0
    ? { username: line, password: '' }
    : { username: line.slice(0, colon), password: line.slice(colon + 1) };
}
