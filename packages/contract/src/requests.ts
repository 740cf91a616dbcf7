/** The requests of a contract on the server: validates parameters, calls the handler, validates the result. */
import { RequestError, UsageError } from '@sallyport/protocol';
import type { RequestDefinition } from './contract.ts';
import { ContractError } from './contract-error.ts';
import { firstIssue, type Issues, singleIssue } from './issues.ts';
import { type Call, type IncomingRequest, RequestCall } from './server-session.ts';
import { isPromise, validate } from './validate.ts';

type Handler<Session> = (params: unknown, call: Call<Session>) => unknown;

/** The handlers as they were given. Their types are those of a contract that this file does not know. */
export interface RequestFunctions<Session> {
  readonly requests?: Readonly<Record<string, Handler<Session>>>;
}

/** Serves a request of one method. Throws, or rejects with, what the answer is if it is an error. */
type Method<Session> = (request: IncomingRequest, session: Session) => unknown;

/** The methods by name. Throws a `UsageError` for a handler that is missing or that the contract does not know. */
export function contractRequests<Session>(
  definitions: Readonly<Record<string, RequestDefinition>>,
  { requests: handlers = {} }: RequestFunctions<Session>,
  validateOutput: boolean,
): ReadonlyMap<string, Method<Session>> {
  if (typeof handlers !== 'object' || handlers === null)
    throw new UsageError('requests', 'must be an object with a handler for each request', handlers);
  for (const name of Object.keys(handlers))
    if (!Object.hasOwn(definitions, name))
      throw new UsageError(`requests.${name}`, 'is not a request of the contract');
  return new Map(
    Object.entries(definitions).map(([name, definition]) => {
      const handler = Object.hasOwn(handlers, name) ? handlers[name] : undefined;
      if (typeof handler !== 'function')
        throw new UsageError(`requests.${name}`, 'must be a function that serves the request', handler);
      return [name, methodOf(name, definition, handler, validateOutput)];
    }),
  );
}

function methodOf<Session>(
  name: string,
  { params, result }: RequestDefinition,
  handler: Handler<Session>,
  validateOutput: boolean,
): Method<Session> {
  const wrongResult = (issues: Issues) => new ContractError(`the result of ${name}`, issues);
  const resultOf = (value: unknown) => {
    // Without a schema there is no result, whatever the handler happens to return.
    if (!result) return undefined;
    return validateOutput ? validate(result, value, wrongResult) : value;
  };
  const run = (given: unknown, request: IncomingRequest, session: Session) => {
    const value = handler(given, new RequestCall(request, session));
    return isPromise(value) ? value.then(resultOf) : resultOf(value);
  };
  return (request, session) => {
    if (!params) {
      if (request.params !== undefined) throw wrongParams(singleIssue('the method takes no parameters'));
      return run(undefined, request, session);
    }
    const given = validate(params, request.params, wrongParams);
    if (!isPromise(given)) return run(given, request, session);
    return given.then((validated) => {
      // The client may have left meanwhile: then the handler must not act for it.
      if (request.signal.aborted) throw new RequestError('cancelled');
      return run(validated, request, session);
    });
  };
}

function wrongParams(issues: Issues): RequestError {
  return new RequestError(
    'invalidParams',
    `the parameters do not fit the method: ${firstIssue(issues)}`,
    issues,
  );
}
