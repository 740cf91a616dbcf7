/**
 * A value without its secrets, for messages. Settings name the files of secrets, not the secrets. Only a URL may have one: its password or its
 * query.
 *
 * Proven by: test/configuration/print.test.ts, test/broker-options.test.ts.
 */

/** Masks password and query of a URL, and what looks like a password in a text that should be one. Returns any other value as it is. */
export function masked(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  if (!/^[a-z]+:\/\//i.test(value) || !URL.canParse(value)) return value.replace(/:[^:@/\s]+@/, ':***@');
  const url = new URL(value);
  if (url.password === '' && url.search === '') return value;
  if (url.password !== '') url.password = '***';
  if (url.search !== '') url.search = '***';
  return url.href;
}
