/**
 * Requests that the user gives: `--request METHOD --params JSON`, and the line `/request METHOD JSON` at a terminal.
 * Proven by: test/request.test.ts, test/options.test.ts.
 */
import { readFileSync } from 'node:fs';
import { canBeMethod } from '@sallyport/protocol';
import { Refusal } from '../refusal.ts';

/** A request to send. */
export interface GivenRequest {
  readonly method: string;
  /** Any JSON value; `undefined`: none. */
  readonly params: unknown;
}

const METHOD_RULE = 'a method has 1 to 128 printable characters of ASCII, without spaces';

/** The request of the options. `params` is JSON, or `@FILE` with JSON. Throws a `Refusal`, which quotes no parameters. */
export function requestOf(method: string | undefined, params: string | undefined): GivenRequest | undefined {
  if (method === undefined) {
    if (params !== undefined) throw new Refusal('--params has no effect without --request METHOD');
    return undefined;
  }
  if (!canBeMethod(method)) throw new Refusal(`--request: ${METHOD_RULE}`);
  if (params === undefined) return { method, params };
  const value = parsed(params.startsWith('@') ? textIn(params.slice(1)) : params);
  if (!value) throw new Refusal(`--params must be JSON, such as '{"room":"a"}', or @FILE with JSON`);
  return { method, params: value.parsed };
}

/** The request in a line. A text: what is wrong with it. Undefined: the line is a message. */
export function requestInLine(line: string): GivenRequest | string | undefined {
  const [, rest] = /^\/request(?:\s+(.*))?$/s.exec(line) ?? [];
  if (rest === undefined) return line === '/request' ? USAGE : undefined;
  const [, method = '', params = ''] = /^(\S*)\s*(.*)$/s.exec(rest.trim()) ?? [];
  if (method === '') return USAGE;
  if (!canBeMethod(method)) return METHOD_RULE;
  if (params === '') return { method, params: undefined };
  const value = parsed(params);
  return value ? { method, params: value.parsed } : `the parameters of ${method} are not JSON; ${USAGE}`;
}

const USAGE = `a request is /request METHOD, or /request METHOD JSON, as in /request room.history {"room":"a"}`;

/** Undefined for a text that is not JSON. */
function parsed(text: string): { readonly parsed: unknown } | undefined {
  try {
    return { parsed: JSON.parse(text) as unknown };
  } catch {
    return undefined;
  }
}

function textIn(file: string): string {
  try {
    return readFileSync(file, 'utf8').replace(/^\ufeff/, '');
  } catch (error) {
    throw new Refusal(`--params: ${file} cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
}
