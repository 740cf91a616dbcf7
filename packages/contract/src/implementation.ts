/** The types of what a server gives for a contract: handlers of requests and messages. Proven by: test/types.test.ts. */
import type { Data, Message } from '@sallyport/protocol';
import type { ContractDefinition } from './contract.ts';
import type {
  HandlerParams,
  HandlerResult,
  ReceivedClientData,
  RequestName,
  ServerData,
} from './inference.ts';
import type { Call, IncomingRequest, ServerSession } from './server-session.ts';

/** A value, now or later. */
type Eventually<Value> = Value | PromiseLike<Value>;

// biome-ignore lint/suspicious/noConfusingVoidType: a handler without a reply need not return anything
type OrNothing<Value> = Value | undefined | void;

/**
 * Serves one request of a contract. It gets validated parameters. A `RequestError` that it throws goes to the client; any other error
 * is answered as `internal`, without its text.
 */
export type RequestHandlerOf<
  Contract extends ContractDefinition,
  Name extends RequestName<Contract>,
  Session = ServerSession,
> = (params: HandlerParams<Contract, Name>, call: Call<Session>) => Eventually<HandlerResult<Contract, Name>>;

/** The handlers of all requests of a contract. */
export type RequestHandlersOf<Contract extends ContractDefinition, Session = ServerSession> = {
  readonly [Name in RequestName<Contract>]: RequestHandlerOf<Contract, Name, Session>;
};

/**
 * Answers the data of a message of a client, with data of the server or with nothing. Replies go out in the order of the messages.
 * A `RequestError` that it throws is the answer; any other error ends the session (1011).
 */
export type MessageHandlerOf<Contract extends ContractDefinition, Session = ServerSession> = (
  data: ReceivedClientData<Contract>,
  session: Session,
) => Eventually<OrNothing<ServerData<Contract>>>;

/** Answers text and bytes, which are outside the contract. */
export type TextHandler<Session = ServerSession> = (
  message: Data,
  session: Session,
) => Eventually<OrNothing<Message>>;

/** What `implement` takes. The contract decides whether it needs `requests` and `message`. */
export type Implementation<Contract extends ContractDefinition, Session = ServerSession> = ([
  RequestName<Contract>,
] extends [never]
  ? { readonly requests?: Readonly<Record<string, never>> }
  : { readonly requests: RequestHandlersOf<Contract, Session> }) &
  ([ReceivedClientData<Contract>] extends [never]
    ? { readonly message?: never }
    : { readonly message: MessageHandlerOf<Contract, Session> }) & {
    /**
     * Answers text and bytes, as from text clients. Default: each gets the error `invalidMessage`. A client of
     * the text protocol gets its text as a reply.
     */
    readonly text?: TextHandler<Session>;
    /**
     * Whether results and messages of the server pass their schemas, which drop fields that the contract does not name. Default:
     * true. With false they are sent as they are, so that their schemas must not transform them.
     */
    readonly validateOutput?: boolean;
  };

/** What `implement` returns. `requests` and `application` are options of `createSessions`. */
export interface Implemented<Contract extends ContractDefinition, Session = ServerSession> {
  /** Serves the requests of the contract. Any other method is answered with the error `methodNotFound`. */
  readonly requests: (request: IncomingRequest, session: Session) => unknown;
  /** Answers messages. */
  readonly application: (message: Message, session: Session) => Eventually<Message | undefined>;
  /**
   * Makes a message for `session.send`, one for all sessions. Throws a `ContractError` for data that does not fit the contract, and a
   * `UsageError` if the contract has no messages of the server.
   */
  readonly message: (data: ServerData<Contract>) => { readonly data: unknown };
  /**
   * Checks what clients publish in channels: the option `validatePublication` of `createChannels`. A publication that does not fit is
   * answered `invalidParams`, and one in a channel that the contract does not have, `channelNotFound`.
   */
  readonly validatePublication: (channel: string, data: unknown) => unknown;
}
