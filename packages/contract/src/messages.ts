/** The messages of a contract on the server: validates the data of clients and of the server. Text and bytes pass by. */
import { type Data, type Message, RequestError, UsageError } from '@sallyport/protocol';
import type { MessagesDefinition } from './contract.ts';
import { ContractError } from './contract-error.ts';
import { firstIssue, type Issues, singleIssue } from './issues.ts';
import { isPromise, validateNow } from './validate.ts';

/** The handlers as they were given. Their types are those of a contract that this file does not know. */
export interface MessageFunctions<Session> {
  readonly message?: (data: unknown, session: Session) => unknown;
  readonly text?: (message: Data, session: Session) => Message | undefined | PromiseLike<Message | undefined>;
}

/** Throws a `UsageError` if a handler is missing, or has no messages to answer. */
export function contractMessages<Session>(
  { client, server }: MessagesDefinition,
  { message: handler, text }: MessageFunctions<Session>,
  validateOutput: boolean,
) {
  if (client && typeof handler !== 'function')
    throw new UsageError('message', 'must be a function that answers the messages of clients', handler);
  if (!client && handler !== undefined)
    throw new UsageError('message', 'has no effect: the contract has no messages.client');
  if (text !== undefined && typeof text !== 'function')
    throw new UsageError('text', 'must be a function that answers text and bytes', text);

  const message = (data: unknown): { readonly data: unknown } => {
    if (!server) throw new UsageError('data', 'cannot be sent: the contract has no messages.server');
    return { data: validateOutput ? validateNow(server, data, 'messages.server', wrongOutput) : data };
  };
  const reply = (data: unknown) => (data === undefined ? undefined : message(data));

  return {
    application(received: Message, session: Session) {
      if (typeof received === 'string' || received instanceof Uint8Array) {
        if (!text) throw invalidMessage(singleIssue('the application takes messages with data only'));
        return text(received, session);
      }
      if (!client || !handler)
        throw invalidMessage(singleIssue('the application takes no messages with data'));
      const data = validateNow(client, received.data, 'messages.client', invalidMessage);
      const answer = handler(data, session);
      return isPromise(answer) ? answer.then(reply) : reply(answer);
    },
    message,
  };
}

function wrongOutput(issues: Issues): ContractError {
  return new ContractError('the message of the server', issues);
}

function invalidMessage(issues: Issues): RequestError {
  return new RequestError(
    'invalidMessage',
    `the message does not fit the contract: ${firstIssue(issues)}`,
    issues,
  );
}
