/** `--header` and `--origin`: what is added to the upgrade request. Proven by: test/options.test.ts, test/upgrade.test.ts. */
import { readFileSync } from 'node:fs';
import { validateHeaderName, validateHeaderValue } from 'node:http';
import { InvalidArgumentError } from 'commander';

/** By their names in lower case, since case makes no other header of it: as it was first written, and its value or values. */
export type Headers = ReadonlyMap<string, readonly [name: string, value: string | string[]]>;

/** Those that make the request what it is (RFC 6455, 4.1). */
const OWN = /^(?:connection|upgrade|sec-websocket-.*)$/i;

/** `Name: value`, or `@FILE` with one a line. Throws an `InvalidArgumentError`, which names no value: it may be a secret. */
export function addHeader(given: string, before: Headers = new Map()): Headers {
  const lines = given.startsWith('@') ? linesIn(given.slice(1)) : [given];
  return lines.reduce((headers, line) => withOne(headers, line), before);
}

function withOne(headers: Headers, line: string): Headers {
  const colon = line.indexOf(':');
  if (colon < 1)
    throw new InvalidArgumentError("It must be 'Name: value', or @FILE with one of them a line.");
  const [name, value] = [line.slice(0, colon).trim(), line.slice(colon + 1).trim()];
  if (OWN.test(name)) throw new InvalidArgumentError(`${name} is WebSocket's own header.`);
  if (/^origin$/i.test(name)) throw new InvalidArgumentError('Use --origin for it.');
  try {
    validateHeaderName(name);
    validateHeaderValue(name, value);
  } catch {
    throw new InvalidArgumentError(
      'A name of a header has no spaces, and a value is one line of Latin letters.',
    );
  }
  const key = name.toLowerCase();
  const known = headers.get(key);
  return new Map(headers).set(key, known ? [known[0], [known[1], value].flat()] : [name, value]);
}

/** `--origin`. Throws an `InvalidArgumentError`. */
export function originOf(text: string): string {
  try {
    validateHeaderValue('Origin', text);
    if (text.trim() !== '') return text;
  } catch {
    // Said below.
  }
  throw new InvalidArgumentError('It must be the origin of a web page, such as https://example.org.');
}

function linesIn(file: string): string[] {
  try {
    return readFileSync(file, 'utf8')
      .split(/\r?\n/)
      .filter((line) => line.trim() !== '');
  } catch (error) {
    throw new InvalidArgumentError(`${file} cannot be read (${(error as NodeJS.ErrnoException).code}).`);
  }
}
