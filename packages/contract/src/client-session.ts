/**
 * What a contract needs of the client's session. A session of `@sallyport/client` fits by structure: with `extensions: [requests()]` if the contract
 * has requests, and with `extensions: [channels()]` if it has channels. Proven by: test/types.test.ts.
 */
import type { Message } from '@sallyport/protocol';
import type { ClientChannel } from './client-channel.ts';
import type { ContractDefinition } from './contract.ts';

/** The options of one request. */
export interface RequestOptions {
  /** Cancels the request. */
  readonly signal?: AbortSignal;
  /** Milliseconds until the client gives up. Default: that of the session. */
  readonly timeoutMs?: number;
}

/** A session, as `contractClient` uses it. */
export interface ClientSession extends AsyncIterable<Message> {
  /** Sends a request, and resolves with its result. Only sessions with `extensions: [requests()]` have it. */
  request?(
    method: string,
    params?: unknown,
    options?: RequestOptions & { readonly idempotent?: boolean },
  ): Promise<unknown>;
  /** The channel of this name. Only sessions with `extensions: [channels()]` have it. */
  channel?(name: string): ClientChannel;
  /** Sends a message. */
  send(message: Message): void;
  /** Adds a listener. Returns the function that removes it. */
  on(type: 'message', listener: (message: Message) => void): () => void;
}

/** A session of the kind that has requests. */
export type RequestingSession = Required<Pick<ClientSession, 'request'>>;

/** What the contract needs, and sessions of this type never have: such a session does not compile. */
export type Missing<Contract extends ContractDefinition, Session> = MissingFor<
  'requests',
  'request',
  Contract,
  Session
> &
  MissingFor<'channels', 'channel', Contract, Session>;

type MissingFor<
  Field extends keyof ContractDefinition,
  Method extends 'request' | 'channel',
  Contract extends ContractDefinition,
  Session,
> = Method extends keyof Session
  ? unknown
  : Contract extends Readonly<Record<Field, object>>
    ? Required<Pick<ClientSession, Method>>
    : unknown;
