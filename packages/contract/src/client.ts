/**
 * The client's end of a contract: typed requests, messages and channels on a session of `@sallyport/client`.
 *
 * It sends values as they are: the server validates them. Proven by: test/client.test.ts and test/types.test.ts.
 */
import { ChannelPatterns, checkKnownOptions, type Message, UsageError } from '@sallyport/protocol';
import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { ChannelName } from './channel-inference.ts';
import { type ContractChannel, typedChannel } from './client-channel.ts';
import type { ClientSession, Missing, RequestingSession, RequestOptions } from './client-session.ts';
import type { ContractDefinition } from './contract.ts';
import { ContractError } from './contract-error.ts';
import type {
  ClientData,
  ReceivedServerData,
  RequestName,
  RequestParams,
  RequestResult,
} from './inference.ts';
import { validate, validateNow } from './validate.ts';

/** The options of `contractClient`. */
export interface ContractClientOptions {
  /**
   * Whether the client checks results, messages and publications. Default: false, since the server has checked them. With true the
   * schemas have to accept their own output.
   */
  readonly validate?: boolean;
  /**
   * Called for a message of the server, or a publication, that does not fit the contract, in place of the reader. Only with `validate`. Default: the
   * listener, or the loop that reads messages, throws the error.
   */
  readonly onInvalidMessage?: (error: ContractError) => void;
}

/** The arguments of `request` after the name. Parameters that may be `undefined` can be left out. */
export type RequestArguments<Params> = undefined extends Params
  ? [params?: Params, options?: RequestOptions]
  : [params: Params, options?: RequestOptions];

/** A session with the types of a contract. */
export interface ContractClient<
  Contract extends ContractDefinition,
  Session extends ClientSession = ClientSession,
> {
  /**
   * Sends a request, and resolves with its result. Rejects as `request` of the session does, and with a `ContractError` for a result that
   * does not fit. Throws a `UsageError` for a name that the contract does not have.
   */
  request<Name extends RequestName<Contract>>(
    name: Name,
    ...rest: RequestArguments<RequestParams<Contract, Name>>
  ): Promise<RequestResult<Contract, Name>>;
  /** Sends data as a message. Throws as `send` of the session does. */
  send(data: ClientData<Contract>): void;
  /**
   * Adds a listener for the data of messages of the server. Text and bytes are outside the contract: the session itself reports them.
   * Returns the function that removes the listener.
   */
  onMessage(listener: (data: ReceivedServerData<Contract>) => void): () => void;
  /** Reads the data of messages of the server in order, as `for await` on the session does. It leaves out text and bytes. */
  messages(): AsyncGenerator<ReceivedServerData<Contract>, void, undefined>;
  /**
   * The channel of this name, with typed publications. Throws a `UsageError` for a name that no pattern of the contract matches, and as
   * `channel` of the session does.
   */
  channel<Name extends ChannelName<Contract>>(name: Name): ContractChannel<Contract, Name, Session>;
}

const OPTIONS = ['validate', 'onInvalidMessage'];

/** Gives a session the types of a contract. Throws a `UsageError` for a wrong argument. */
export function contractClient<
  Contract extends ContractDefinition,
  Session extends ClientSession = ClientSession,
>(
  contract: Contract,
  session: Session & Missing<Contract, Session>,
  options: ContractClientOptions = {},
): ContractClient<Contract, Session> {
  const {
    requests = {},
    messages = {},
    channels = {},
  }: ContractDefinition = checkObject('contract', contract);
  checkObject('session', session);
  checkKnownOptions('contractClient', checkObject('options', options), OPTIONS);
  const { onInvalidMessage } = options;
  if (typeof session.request !== 'function' && Object.keys(requests).length > 0)
    throw new UsageError(
      'session',
      'must be able to send requests: connect(url, { …, extensions: [requests()] })',
    );
  if (typeof session.channel !== 'function' && Object.keys(channels).length > 0)
    throw new UsageError('session', 'must have channels: connect(url, { …, extensions: [channels()] })');
  const patterns = new ChannelPatterns(Object.entries(channels));
  const schemaOf = (schema: StandardSchemaV1 | undefined) => (options.validate ? schema : undefined);
  const serverSchema = schemaOf(messages.server);

  /** Passes data on that fits. */
  const readData = (
    schema: StandardSchemaV1 | undefined,
    given: unknown,
    what: string,
    pass: (data: unknown) => void,
  ) => {
    let data = given;
    try {
      if (schema) data = validateNow(schema, data, what, (issues) => new ContractError(what, issues));
    } catch (error) {
      if (!onInvalidMessage || !(error instanceof ContractError)) throw error;
      onInvalidMessage(error);
      return;
    }
    pass(data);
  };
  /** Passes the data of a message on, if it is one with data and fits. */
  const read = (message: Message, pass: (data: unknown) => void) => {
    if (typeof message !== 'string' && !(message instanceof Uint8Array))
      readData(serverSchema, message.data, 'the message of the server', pass);
  };

  // The types of the contract are those of the server's values, which the server has validated.
  return {
    request(name: string, params?: unknown, given?: RequestOptions) {
      const definition = Object.hasOwn(requests, name) ? requests[name] : undefined;
      if (!definition) throw new UsageError('name', 'must be the name of a request of the contract', name);
      const answer = (session as RequestingSession).request(
        name,
        params,
        definition.idempotent ? { ...given, idempotent: true } : given,
      );
      const schema = schemaOf(definition.result);
      if (!definition.result) return answer.then(() => undefined);
      if (!schema) return answer;
      return answer.then((result) =>
        validate(schema, result, (issues) => new ContractError(`the result of ${name}`, issues)),
      );
    },
    send(data: unknown) {
      session.send({ data });
    },
    onMessage(listener: (data: unknown) => void) {
      return session.on('message', (message) => read(message, listener));
    },
    async *messages() {
      for await (const message of session) {
        const kept: unknown[] = [];
        read(message, (data) => kept.push(data));
        yield* kept;
      }
    },
    channel(name: string) {
      const definition = patterns.of(name);
      if (!definition) throw new UsageError('name', 'must match a pattern of the contract', name);
      const schema = schemaOf(definition.publication);
      const what = `the publication in ${name}`;
      return typedChannel(
        (session as Required<Pick<ClientSession, 'channel'>>).channel(name),
        schema && ((data, pass) => readData(schema, data, what, pass)),
      );
    },
  } as ContractClient<Contract, Session>;
}

function checkObject<Value>(name: string, value: Value): Value {
  if (typeof value !== 'object' || value === null) throw new UsageError(name, 'must be an object', value);
  return value;
}
