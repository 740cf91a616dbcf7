/**
 * A view of the upgrade request for the app's `context` function. It reads and copies only what the function asks for.
 *
 * It can be read only while the function runs, on every adapter: uWebSockets.js reuses the request's memory afterwards, and
 * with ws a kept view would keep the whole request. Proven by: test/admission/request-view.test.ts.
 */
import { UsageError } from '@sallyport/protocol';
import { flatCopy } from './flat-copy.ts';
import { cookiesIn, type Pairs, queryIn } from './pairs.ts';

/** An upgrade request, read-only. Every property throws a `UsageError` once the `context` function has returned. */
export interface RequestView {
  /** The method, `GET`. */
  readonly method: string;
  /** The path and the query as the client sent them, such as `/chat?room=1`. */
  readonly url: string;
  /** The path as the client sent it, without the query. Escapes are not decoded. */
  readonly path: string;
  /** The parameters of the query, decoded. The first one counts if a name comes twice. The object has no prototype. */
  readonly query: Pairs;
  /** The cookies, decoded. The first one counts if a name comes twice. The object has no prototype. */
  readonly cookies: Pairs;
  /** The client's address: the peer's own, or the one that `trustedProxies` report. Empty on a Unix socket. */
  readonly address: string;
  /**
   * The value of a header, read as UTF-8. The name may be in any case. Repeated headers are joined by `, ` in order, cookies by
   * `; `. Undefined if the client did not send the header.
   */
  readonly header: (name: string) => string | undefined;
}

/** An upgrade request as the transport library has it, for admission. It is read before `admit` returns, and not kept. */
export interface RawRequest {
  /** The method in capitals. */
  readonly method: string;
  /** The request target: the path and the query as sent. */
  readonly url: string;
  /** Calls back with every header line in order. The name may be in any case. The value is read as UTF-8. */
  forEachHeader(add: (name: string, value: string) => void): void;
}

/** The view of one request. `end` makes it unreadable. */
export class EndingView implements RequestView {
  #raw: RawRequest | undefined;
  readonly #address: string;
  #headers: Map<string, string> | undefined;
  #cookies: Pairs | undefined;
  #query: Pairs | undefined;

  /** Not a method, because apps take it out: `({ header }) => header('x-tenant')`. */
  readonly header = (name: string): string | undefined => {
    const request = this.#request;
    this.#headers ??= headersOf(request);
    const value = this.#headers.get(String(name).toLowerCase());
    return value === undefined ? undefined : flatCopy(value);
  };

  constructor(raw: RawRequest, address: string) {
    this.#raw = raw;
    this.#address = address;
  }

  get method(): string {
    return this.#request.method;
  }

  get url(): string {
    return flatCopy(this.#request.url);
  }

  get path(): string {
    return flatCopy(this.#split()[0]);
  }

  get query(): Pairs {
    const query = this.queryText;
    this.#query ??= queryIn(query);
    return this.#query;
  }

  get cookies(): Pairs {
    const header = this.header('cookie') ?? '';
    this.#cookies ??= cookiesIn(header);
    return this.#cookies;
  }

  get address(): string {
    return this.#request && this.#address;
  }

  /** The query as sent, without its question mark. */
  get queryText(): string {
    return this.#split()[1];
  }

  end(): void {
    this.#raw = undefined;
    this.#headers = undefined;
  }

  get #request(): RawRequest {
    if (this.#raw) return this.#raw;
    throw new UsageError('request', 'can be read only while `context` runs; return what you need of it');
  }

  #split(): readonly [path: string, query: string] {
    const { url } = this.#request;
    const at = url.indexOf('?');
    return at < 0 ? [url, ''] : [url.slice(0, at), url.slice(at + 1)];
  }
}

function headersOf(request: RawRequest): Map<string, string> {
  const headers = new Map<string, string>();
  request.forEachHeader((given, value) => {
    const name = given.toLowerCase();
    const before = headers.get(name);
    const trimmed = value.trim();
    // HTTP/2 lets a client split its cookies (RFC 9113, 8.2.3), and a comma may be part of a cookie.
    const comma = name === 'cookie' ? '; ' : ', ';
    headers.set(name, before === undefined ? trimmed : `${before}${comma}${trimmed}`);
  });
  return headers;
}
