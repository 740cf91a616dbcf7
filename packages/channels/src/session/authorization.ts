/**
 * One authorization: a call of the authorizer, and its result.
 *
 * A verdict counts once, and only while somebody waits for it. An error is reported as a fault, and so is a value that is not a verdict.
 * Proven by: test/session/authorization.test.ts.
 */
import type { Clock, Session } from '@sallyport/core';
import type { Position } from '@sallyport/protocol';
import {
  type AuthorizationContext,
  type Authorizer,
  type ChannelAction,
  isTime,
  type Permission,
  TIME,
} from '../ports/authorizer.ts';
import type { ChannelFaultSource } from '../ports/observer.ts';

/** What an authorization needs of its node. */
export interface AuthorizationEnvironment {
  readonly authorize: Authorizer;
  readonly clock: Clock;
  readonly limits: { readonly authorizationMs: number };
  fault(source: ChannelFaultSource, error: unknown, channel: string): void;
}

/** What is asked. */
export interface Question {
  readonly session: Session;
  readonly channel: string;
  readonly action: ChannelAction;
  readonly since?: Position | undefined;
  /** The request of the client, if there is one. Its signal is asked for only where the authorizer asks for its own. */
  readonly request?: { readonly signal: AbortSignal } | undefined;
}

/**
 * What became of a question: the permission, or a code of the tables of errors. `unavailable`: the authorizer took too long. `internal`:
 * it failed.
 */
export type Authorized = Permission | 'forbidden' | 'unavailable' | 'internal';

/** A running authorization. It is also the context that the authorizer gets. */
export class Authorization implements AuthorizationContext {
  readonly #environment: AuthorizationEnvironment;
  readonly #question: Question;
  readonly #settle: (authorized: Authorized) => void;
  #controller: AbortController | undefined;
  #timer: unknown;
  #isSettled = false;

  /** Asks. Calls `settle` once: at once if the verdict comes at once, and never after `abandon`. */
  constructor(
    environment: AuthorizationEnvironment,
    question: Question,
    settle: (authorized: Authorized) => void,
  ) {
    this.#environment = environment;
    this.#question = question;
    this.#settle = settle;
  }

  /** Whether there is a verdict, or none is waited for any more. */
  get isSettled(): boolean {
    return this.#isSettled;
  }

  get since(): Position | undefined {
    return this.#question.since;
  }

  get signal(): AbortSignal {
    this.#controller ??= this.#createController();
    if (this.#isSettled) this.#controller.abort();
    return this.#controller.signal;
  }

  /** Aborts too when the client has taken the request back, or its session has ended. */
  #createController(): AbortController {
    const controller = new AbortController();
    const cancelled = this.#question.request?.signal;
    if (cancelled?.aborted) controller.abort();
    else cancelled?.addEventListener('abort', () => controller.abort());
    return controller;
  }

  start(): void {
    const { authorize, clock, limits } = this.#environment;
    const { session, channel, action } = this.#question;
    try {
      const verdict = authorize(session, channel, action, this);
      if (!isPromiseLike(verdict)) {
        this.#conclude(verdict);
        return;
      }
      this.#timer = clock.setTimeout(
        () => this.#fail('unavailable', tooLate(limits.authorizationMs)),
        limits.authorizationMs,
      );
      Promise.resolve(verdict).then(
        (later) => this.#conclude(later),
        (error) => this.#fail('internal', error),
      );
    } catch (error) {
      this.#fail('internal', error);
    }
  }

  /** Nobody waits any more. */
  abandon(): void {
    if (this.#isSettled) return;
    this.#end();
    this.#controller?.abort();
  }

  #conclude(verdict: unknown): void {
    if (this.#isSettled) return;
    let authorized: Authorized;
    try {
      authorized = authorizedBy(verdict, this.#environment.clock);
    } catch (error) {
      this.#fail('internal', error);
      return;
    }
    if (this.#isSettled) return;
    this.#end();
    this.#settle(authorized);
  }

  #fail(code: 'unavailable' | 'internal', error: unknown): void {
    if (this.#isSettled) return;
    this.#end();
    this.#controller?.abort();
    this.#environment.fault('authorizer', error, this.#question.channel);
    this.#settle(code);
  }

  #end(): void {
    this.#isSettled = true;
    if (this.#timer !== undefined) this.#environment.clock.clearTimeout(this.#timer);
  }
}

/** Reads a verdict, which may come from untyped code. Throws an error that says what is wrong with it. */
function authorizedBy(value: unknown, clock: Clock): Authorized {
  const { verdict, untilMs, info } = (value ?? {}) as Partial<Record<string, unknown>>;
  if (verdict === 'denied') return 'forbidden';
  if (verdict !== 'allowed')
    throw new TypeError('the authorizer returned no valid verdict: it returned none of allow(…), deny()');
  if (!isTime(untilMs)) throw new TypeError(`the authorizer returned no valid verdict: untilMs ${TIME}`);
  if (untilMs === undefined) return value as Permission;
  const now = clock.wallNow?.();
  if (now === undefined)
    throw new TypeError('the authorizer returned untilMs, and the clock of the channels has no wallNow');
  return untilMs > now ? { verdict, untilMs, info } : 'forbidden';
}

const tooLate = (ms: number) => new Error(`the authorizer has not answered for ${ms} ms`);

function isPromiseLike(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as { then?: unknown } | undefined | null)?.then === 'function';
}
