/** `--header` and `--origin`: headers of the upgrade request. Proven by: test/options.test.ts, test/upgrade.test.ts. */
import { readFileSync } from 'node:fs';
import { validateHeaderName, validateHeaderValue } from 'node:http';
import { InvalidArgumentError } from 'commander';
import { Refusal } from '../refusal.ts';

/** By the name in lower case, because header names ignore case: the name as first written, and its value or values. */
export type Headers = ReadonlyMap<string, readonly [name: string, value: string | string[]]>;

/** Headers that the WebSocket library sets itself (RFC 6455, 4.1). */
const OWN = /^(?:connection|upgrade|sec-websocket-.*)$/i;

/**
 * Adds `Name: value`, or each line of `@FILE`. Throws a `Refusal`, which names the header and quotes no value: it may be a secret. An
 * `InvalidArgumentError` would not do, because commander adds the whole argument to it.
 */
export function addHeader(given: string, before: Headers = new Map()): Headers {
  const lines = given.startsWith('@') ? linesIn(given.slice(1)) : [given];
  return lines.reduce((headers, line) => withOne(headers, line), before);
}

function withOne(headers: Headers, line: string): Headers {
  const colon = line.indexOf(':');
  if (colon < 1) throw new Refusal("--header: it must be 'Name: value', or @FILE with one header a line");
  const [name, value] = [line.slice(0, colon).trim(), line.slice(colon + 1).trim()];
  if (!isValid(() => validateHeaderName(name)))
    throw new Refusal(
      "--header: the name before the colon can have no spaces, as in 'Authorization: Bearer …'",
    );
  if (OWN.test(name)) throw new Refusal(`--header: the client sets ${name} itself`);
  if (/^origin$/i.test(name)) throw new Refusal('--header: use --origin for this header');
  if (!isValid(() => validateHeaderValue(name, value)))
    throw new Refusal(
      `--header: the value of ${name} must be one line of Latin letters, without control characters`,
    );
  const key = name.toLowerCase();
  const known = headers.get(key);
  return new Map(headers).set(key, known ? [known[0], [known[1], value].flat()] : [name, value]);
}

function isValid(check: () => void): boolean {
  try {
    check();
    return true;
  } catch {
    return false;
  }
}

/** Checks the value of `--origin`. Throws an `InvalidArgumentError`. */
export function originOf(text: string): string {
  try {
    validateHeaderValue('Origin', text);
    if (text.trim() !== '') return text;
  } catch {
    // The error below covers this case.
  }
  throw new InvalidArgumentError('It must be the origin of a web page, such as https://example.org.');
}

function linesIn(file: string): string[] {
  try {
    return readFileSync(file, 'utf8')
      .replace(/^\ufeff/, '')
      .split(/\r?\n/)
      .filter((line) => line.trim() !== '');
  } catch (error) {
    throw new Refusal(`--header: ${file} cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
}
