/**
 * An app: what a server does behind the sign-in, in place of the echo. A module (`--app`) exports it, or `run` takes it.
 *
 * Only the names and the forms are checked here; `createSessions` checks its options again. Proven by: test/app.test.ts.
 */
import type { Application, Authenticator, Observer, Sessions } from '@sallyport/core';
import { checkKnownOptions, UsageError } from '@sallyport/core';

/** Ends what `start` began. The server waits for its promise. */
export type Stop = () => unknown;

/** What `start` returns: a function that ends what it began, or nothing. */
// biome-ignore lint/suspicious/noConfusingVoidType: a `start` that begins nothing need not return anything
export type Started = Stop | undefined | void;

/** What a server does behind the sign-in. Every field is optional. */
export interface App {
  /** Answers messages of signed-in clients. Default: an echo. */
  readonly application?: Application | undefined;
  /**
   * Decides on credentials, in place of the demo user. It excludes the options `--users` and `--token-…`, which bring an
   * authenticator of their own. Default: those options, or the demo user.
   */
  readonly authenticate?: Authenticator | undefined;
  /** Handlers for events of sessions. The server's log has its own; both are called. Default: none. */
  readonly observe?: Observer | undefined;
  /**
   * Called once before the server listens, with all its sessions: to open a database, or to send messages later. The server waits
   * for its promise. It may return a function, which the server calls after the drain and waits for, 10 s from the signal at
   * most. An error stops the server from starting. Default: nothing to do.
   */
  readonly start?: ((sessions: Sessions) => Started | Promise<Started>) | undefined;
}

/** The names of all fields. A missing one does not compile. */
const fields: Readonly<Record<keyof App, 'a function' | 'an object'>> = {
  application: 'a function',
  authenticate: 'a function',
  observe: 'an object',
  start: 'a function',
};

/** Throws a `UsageError` that names the first unknown or wrong field. `entry` names what takes the app, for the message. */
export function checkApp(app: object, entry: string): asserts app is App {
  checkKnownOptions(entry, app, Object.keys(fields));
  for (const [name, kind] of Object.entries(fields)) {
    const value: unknown = (app as Readonly<Record<string, unknown>>)[name];
    const isRight =
      value === undefined ||
      (kind === 'a function' ? typeof value === 'function' : typeof value === 'object' && value !== null);
    if (!isRight) throw new UsageError(name, `must be ${kind}`, value);
  }
}
