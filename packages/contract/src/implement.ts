/**
 * The server's end of a contract: handlers of user code become the options `requests` and `application` of `createSessions`.
 *
 * User code sees validated values only. A value of a client that does not fit is answered with an error and its issues, and never
 * closes the session. A value of the server that does not fit is a fault. Proven by: test/implement.test.ts.
 */
import { checkKnownOptions, RequestError, UsageError } from '@sallyport/protocol';
import { type ContractDefinition, defineContract } from './contract.ts';
import type { Implementation, Implemented } from './implementation.ts';
import { contractMessages, type MessageFunctions } from './messages.ts';
import { publicationValidator } from './publications.ts';
import { contractRequests, type RequestFunctions } from './requests.ts';
import type { ServerSession } from './server-session.ts';

const OPTIONS = ['requests', 'message', 'text', 'validateOutput'];

/**
 * Implements a contract. `implementation` has a handler for each request, and for messages of clients if the contract has any.
 *
 * The type of `session` in the handlers is the part that every session has. For the whole type, or for one with a context of yours:
 * `implement<typeof contract, Session>(…)`, with the `Session` of `@sallyport/core`. Throws a `UsageError` for a handler that is missing
 * or that the contract does not know.
 */
export function implement<Contract extends ContractDefinition, Session = ServerSession>(
  contract: Contract,
  implementation: Implementation<Contract, Session>,
): Implemented<Contract, Session> {
  const { requests = {}, messages = {}, channels = {} } = defineContract<ContractDefinition>(contract);
  if (typeof implementation !== 'object' || implementation === null)
    throw new UsageError('implementation', 'must be an object', implementation);
  checkKnownOptions('implement', implementation, OPTIONS);
  const { validateOutput = true } = implementation;
  if (typeof validateOutput !== 'boolean')
    throw new UsageError('validateOutput', 'must be true or false', validateOutput);
  // The types of one contract end here: what follows reads schemas and calls functions.
  const given = implementation as RequestFunctions<Session> & MessageFunctions<Session>;
  const methods = contractRequests(requests, given, validateOutput);
  return {
    requests(request, session) {
      const serve = methods.get(request.method);
      if (!serve) throw new RequestError('methodNotFound');
      return serve(request, session);
    },
    ...contractMessages(messages, given, validateOutput),
    validatePublication: publicationValidator(channels),
  };
}
