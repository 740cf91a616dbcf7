/**
 * Reads admitted upgrade requests for an app: makes the context of the peer, and takes the credentials that came along.
 *
 * An adapter makes one reader for each place where it takes upgrade requests. Without the options there is none, and nothing of
 * a request is read or copied beyond what admission itself reads. Proven by: test/admission/request-reader.test.ts.
 */
import { type Protocol, UsageError } from '@sallyport/protocol';
import type { Limits } from '../limits.ts';
import type { Peer } from '../ports/connection.ts';
import { isPromiseLike } from '../promise-like.ts';
import type { Admission } from './admission.ts';
import type { Origins } from './origins.ts';
import { type CredentialSources, checkSources, credentialsIn } from './request-credentials.ts';
import { EndingView, type RawRequest, type RequestView } from './request-view.ts';
import type { UpgradeRequest } from './upgrade-request.ts';

/**
 * Returns what to keep of an upgrade request as `peer.context`. Core calls it once for each request that admission accepts.
 *
 * It must return at once: asynchronous look-ups belong in the authenticator, which gets the context. The request cannot be read
 * later. If the function throws, or returns a promise, the upgrade is refused (500), and `onFault` gets the error.
 */
export type ContextFunction<Context = unknown> = (request: RequestView) => Context;

/** What an app reads of upgrade requests: options of every adapter. `context` is required where the sessions have a type of context. */
export type RequestOptions<Context = unknown> = {
  /**
   * Where upgrade requests may carry credentials, such as `{ cookie: 'sid' }`. A client of the JSON protocol then signs in without
   * a message. Default: nowhere, clients sign in by message.
   */
  readonly credentials?: CredentialSources | undefined;
} & (unknown extends Context
  ? {
      /** Returns what to keep of an upgrade request as `peer.context`. Default: peers have no context. */
      readonly context?: ContextFunction<Context> | undefined;
    }
  : {
      /** Returns what to keep of an upgrade request as `peer.context`. */
      readonly context: ContextFunction<Context>;
    });

/** What the reader knows of the server. */
export interface ReaderEnvironment {
  readonly origins: Origins;
  readonly protocols: readonly Protocol[];
  readonly limits: Limits;
  /** Whether this server itself speaks TLS. */
  readonly isSecure: boolean;
}

/** One upgrade request, and the reader for it. Made by `RequestReader.reading`. */
export interface RequestReading {
  /** The reader of the place that took the request. */
  readonly reader: RequestReader;
  /** The request as the transport library has it. */
  readonly raw: RawRequest;
}

/** What was read, or why the request is refused. A `cause` is an error of the app. */
export type ReadOutcome =
  | Extract<Admission, { readonly peer: Peer }>
  | { readonly status: 400 | 403 | 500; readonly text: string; readonly cause?: unknown };

/** Reads upgrade requests for an app. Throws a `UsageError` that names the first wrong option. */
export class RequestReader {
  readonly #context: ((request: RequestView) => unknown) | undefined;
  readonly #sources: CredentialSources | undefined;
  readonly #isSecure: boolean;
  readonly #needsHttps: boolean;
  readonly #environment: ReaderEnvironment;

  constructor({ context, credentials }: RequestOptions, environment: ReaderEnvironment) {
    if (context !== undefined && typeof context !== 'function')
      throw new UsageError('context', 'must be a function', context);
    if (credentials !== undefined) checkSources(credentials, environment.protocols);
    const { cookie, httpsOnly } = credentials ?? {};
    this.#isSecure = httpsOnly ?? (environment.isSecure || /^__(?:host|secure)-/i.test(cookie ?? ''));
    this.#needsHttps = cookie !== undefined && this.#isSecure;
    this.#context = context;
    this.#sources = credentials;
    this.#environment = environment;
    this.checkOrigins(environment.origins);
  }

  /**
   * Throws a `UsageError` for a list that this reader cannot be used with: a cookie signs in every page that the browser lets connect, so only
   * origins that an attacker cannot write to may be listed.
   */
  checkOrigins(origins: Origins): void {
    if (this.#sources?.cookie !== undefined) checkOriginsForCookie(origins, this.#isSecure);
  }

  /** The request, to be passed to `Sessions.admit`. */
  reading(raw: RawRequest): RequestReading {
    return { reader: this, raw };
  }

  /** Reads a request that passed every check of admission. Never throws. */
  read(
    { protocol, peer }: Extract<Admission, { readonly peer: Peer }>,
    { origin }: UpgradeRequest,
    raw: RawRequest,
  ): ReadOutcome {
    if (this.#needsHttps && this.#environment.origins.isHttp(origin))
      return { status: 403, text: 'origin not allowed' };
    const view = new EndingView(raw, peer.address);
    try {
      const sources = protocol.signsInByRequest ? this.#sources : undefined;
      const credentials = sources && credentialsIn(view, sources, this.#environment.limits.credentialBytes);
      if (credentials && 'problem' in credentials) return { status: 400, text: credentials.problem };
      if (credentials?.type === 'password' && this.#isOpenTo(origin))
        return { status: 403, text: 'origin not allowed' };
      const known = this.#context ? { ...peer, context: contextOf(this.#context, view) } : peer;
      return credentials ? { protocol, peer: known, credentials } : { protocol, peer: known };
    } catch (cause) {
      return { status: 500, text: 'internal error', cause };
    } finally {
      view.end();
    }
  }

  /**
   * Whether an attacker can write the page. A page cannot set `Authorization`, so the browser has sent a name and a password by
   * itself, as it sends cookies.
   */
  #isOpenTo(origin: string | undefined): boolean {
    return origin === 'null' || (this.#isSecure && this.#environment.origins.isHttp(origin));
  }

  /** The request as observers get it: without a token among the subprotocols, in capitals or not. */
  withoutSecrets(request: UpgradeRequest): UpgradeRequest {
    const prefix = this.#sources?.subprotocol?.toLowerCase();
    if (prefix === undefined || request.protocols === undefined) return request;
    const names = request.protocols.split(',').map((name) => name.trim());
    const shown = names.map((name) => (name.toLowerCase().startsWith(prefix) ? prefix : name));
    return { ...request, protocols: shown.join(', ') };
  }
}

function contextOf(read: ContextFunction, view: RequestView): unknown {
  const context = read(view);
  if (!isPromiseLike(context)) return context;
  // An unhandled rejection would end the process.
  context.then(undefined, () => {});
  throw new TypeError('`context` must return at once, not a promise: look things up in the authenticator');
}

function checkOriginsForCookie(origins: Origins, isSecure: boolean): void {
  const open = origins.openTo(isSecure);
  if (open === undefined) return;
  const why =
    open === 'null'
      ? 'every site can make a page with the origin null'
      : 'the network can change pages that come without TLS';
  throw new UsageError('credentials.cookie', `cannot be used while origins lists ${open}: ${why}`);
}
