/**
 * Removes passwords, tokens and device tokens from what the panel shows, copies and exports, unless the user ticks "Show
 * passwords". The recorded length stays. Proven by: test/secrets.test.ts.
 */
import type { Data } from '@sallyport/protocol';

const WITH_SECRETS: readonly unknown[] = ['authenticate', 'refresh', 'authenticated', 'refreshed'];
const HIDDEN = '••••••';

export function withoutSecrets(data: Data, isCredentials: boolean): Data {
  if (typeof data !== 'string') return data;
  const message = parsed(data);
  if (message) {
    const secret = ['password', 'token', 'deviceToken'].filter((name) => name in message);
    const isKnown = WITH_SECRETS.includes(message['type']);
    // Credentials in an unknown form are hidden as a whole.
    if (!isKnown || secret.length === 0) return isCredentials ? HIDDEN : data;
    return JSON.stringify({ ...message, ...Object.fromEntries(secret.map((name) => [name, HIDDEN])) });
  }
  if (!isCredentials) return data;
  const bearer = /^bearer +/i.exec(data);
  if (bearer) return `${bearer[0]}${HIDDEN}`;
  const colon = data.indexOf(':');
  return colon < 0 ? HIDDEN : `${data.slice(0, colon + 1)}${HIDDEN}`;
}

function parsed(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
