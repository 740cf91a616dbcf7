/**
 * An app: what a server does behind the sign-in, in place of the echo. A module (`--app`) exports it, or `run` takes it.
 *
 * This file checks the names and the forms; `createSessions` and `implement` check the values. Proven by: test/app.test.ts.
 */
import type { ContractDefinition } from '@sallyport/contract';
import {
  type Application,
  type Authenticator,
  type ChannelService,
  type ContextFunction,
  type CredentialSources,
  checkKnownOptions,
  type Observer,
  type RequestHandler,
  type Session,
  type Sessions,
  UsageError,
} from '@sallyport/core';

/** Ends what `start` began. The server waits for its promise. */
export type Stop = () => unknown;

/** What `start` returns: a function that ends what it began, or nothing. */
// biome-ignore lint/suspicious/noConfusingVoidType: a `start` that begins nothing need not return anything
export type Started = Stop | undefined | void;

/** The handlers of a contract's requests, by name. `@sallyport/contract` checks them, and has types for each contract. */
export type RequestHandlers = Readonly<Record<string, (params: never, call: never) => unknown>>;

/** Handles the `data` of a client's message, once it fits the contract. What it returns is the reply. */
export type MessageHandler<Context = unknown, Claims = unknown> = (
  data: never,
  session: Session<Context, Claims>,
) => unknown;

/** What a server does behind the sign-in. Every field is optional. */
export interface App<Context = unknown, Claims = unknown> {
  /** Answers messages of signed-in clients. With a contract: texts and bytes, and its handler `message` has the rest. Default: an echo. */
  readonly application?: Application<Context, Claims> | undefined;
  /**
   * Serves requests of signed-in clients: a function, or with a contract an object with a handler for each request. Default: the
   * server knows no method.
   */
  readonly requests?: RequestHandler<Context, Claims> | RequestHandlers | undefined;
  /** The requests and messages that the clients may send, made by `defineContract`. Default: nothing is validated. */
  readonly contract?: ContractDefinition | undefined;
  /** Handles the `data` of messages that the contract has. Required if the contract has messages of clients. */
  readonly message?: MessageHandler<Context, Claims> | undefined;
  /**
   * Serves channels: what `createChannels` of `@sallyport/channels` made. After the drain, call its `close` in the function that `start`
   * returns. Default: the server has no channels.
   */
  readonly channels?: ChannelService | undefined;
  /**
   * Decides on credentials, in place of the demo user. The throttle of the server guards it against the guessing of passwords. It excludes the options `--users` and `--token-…`, which bring an
   * authenticator of their own. Default: those options, or the demo user.
   */
  readonly authenticate?: Authenticator<Context, Claims> | undefined;
  /** Returns what to keep of an upgrade request as `peer.context`. Default: peers have no context. */
  readonly context?: ContextFunction<Context> | undefined;
  /** Where upgrade requests may carry credentials, such as `{ cookie: 'sid' }`. Default: nowhere, clients sign in by message. */
  readonly credentials?: CredentialSources | undefined;
  /** Handlers for events of sessions. The server's log has its own; both are called. Default: none. */
  readonly observe?: Observer<Context, Claims> | undefined;
  /**
   * Called once before the server listens, with all its sessions: to open a database, or to send messages later. The server waits
   * for its promise. It may return a function, which the server calls after the drain and waits for, 10 s from the signal at
   * most. An error stops the server from starting. Default: nothing to do.
   */
  readonly start?: ((sessions: Sessions<Context, Claims>) => Started | Promise<Started>) | undefined;
}

type Kind = 'a function' | 'an object' | 'a function or an object';

/** The names of all fields. A missing one does not compile. */
const fields: Readonly<Record<keyof App, Kind>> = {
  application: 'a function',
  requests: 'a function or an object',
  contract: 'an object',
  message: 'a function',
  channels: 'an object',
  authenticate: 'a function',
  context: 'a function',
  credentials: 'an object',
  observe: 'an object',
  start: 'a function',
};

/** Throws a `UsageError` that names the first unknown or wrong field. `entry` names what takes the app, for the message. */
export function checkApp(app: object, entry: string): asserts app is App {
  checkKnownOptions(entry, app, Object.keys(fields));
  for (const [name, kind] of Object.entries(fields)) {
    const value: unknown = (app as Readonly<Record<string, unknown>>)[name];
    if (value !== undefined && !isOfKind(value, kind)) throw new UsageError(name, `must be ${kind}`, value);
  }
  const { requests, contract, message, channels } = app as App;
  if (channels !== undefined && typeof channels.serve !== 'function')
    throw new UsageError('channels', 'must be what `createChannels` returns', channels);
  if (requests !== undefined && contract === undefined && typeof requests !== 'function')
    throw new UsageError(
      'requests',
      'must be a function, or an object of handlers beside a contract',
      requests,
    );
  if (requests !== undefined && contract !== undefined && typeof requests === 'function')
    throw new UsageError(
      'requests',
      "must be an object with a handler for each of the contract's requests",
      requests,
    );
  if (message !== undefined && contract === undefined)
    throw new UsageError('message', 'needs a contract that has messages of clients');
}

/** Whether the app has no field, so that the server is the echo with its defaults. */
export function isEmptyApp(app: App): boolean {
  return Object.values(app).every((value) => value === undefined);
}

function isOfKind(value: unknown, kind: Kind): boolean {
  if (typeof value === 'function') return kind !== 'an object';
  return kind !== 'a function' && typeof value === 'object' && value !== null && !Array.isArray(value);
}
