/**
 * Takes passwords and tokens, those of devices too, out of what is shown, copied and exported, unless somebody asks to see them. What was sent
 * stays as it was, and so does its length. Proven by: test/secrets.test.ts.
 */
import type { Data } from '@sallyport/protocol';

const WITH_SECRETS: readonly unknown[] = ['authenticate', 'refresh', 'authenticated', 'refreshed'];
const HIDDEN = '••••••';

export function withoutSecrets(data: Data, isCredentials: boolean): Data {
  if (typeof data !== 'string') return data;
  const said = parsed(data);
  if (said) {
    const secret = ['password', 'token', 'deviceToken'].filter((name) => name in said);
    const isKnown = WITH_SECRETS.includes(said['type']);
    // Credentials in a form that we do not know are secret from end to end.
    if (!isKnown || secret.length === 0) return isCredentials ? HIDDEN : data;
    return JSON.stringify({ ...said, ...Object.fromEntries(secret.map((name) => [name, HIDDEN])) });
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
