/**
 * The types that follow from a contract.
 *
 * A schema has two types. The input is what is given to it, the output is what it returns. The server applies each schema, once: a
 * client sends the input of parameters and messages, and it gets the output of results and messages. Proven by: test/types.test.ts.
 */
import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { ContractDefinition } from './contract.ts';

type RequestsOf<Contract extends ContractDefinition> = Contract extends {
  readonly requests: infer Requests extends object;
}
  ? Requests
  : Record<never, never>;

/** The names of the requests of a contract. */
export type RequestName<Contract extends ContractDefinition> = keyof RequestsOf<Contract> & string;

type Field<Owner, Name extends string> = Owner extends { readonly [Key in Name]: infer Value }
  ? Value
  : undefined;

/** The schema of a field of a request, such as `params`. `undefined` where the contract has none. */
type RequestSchema<
  Contract extends ContractDefinition,
  Name extends RequestName<Contract>,
  Of extends 'params' | 'result',
> = Field<RequestsOf<Contract>[Name], Of>;

type MessageSchema<Contract extends ContractDefinition, Sender extends 'client' | 'server'> = Field<
  Field<Contract, 'messages'>,
  Sender
>;

type Input<Schema, Otherwise> = Schema extends StandardSchemaV1
  ? StandardSchemaV1.InferInput<Schema>
  : Otherwise;
type Output<Schema, Otherwise> = Schema extends StandardSchemaV1
  ? StandardSchemaV1.InferOutput<Schema>
  : Otherwise;

/** The parameters of a request as a client sends them. `undefined` for a request without parameters. */
export type RequestParams<Contract extends ContractDefinition, Name extends RequestName<Contract>> = Input<
  RequestSchema<Contract, Name, 'params'>,
  undefined
>;

/** The result of a request as a client gets it. `undefined` for a request without a result. */
export type RequestResult<Contract extends ContractDefinition, Name extends RequestName<Contract>> = Output<
  RequestSchema<Contract, Name, 'result'>,
  undefined
>;

/** The parameters of a request as its handler gets them: validated. */
export type HandlerParams<Contract extends ContractDefinition, Name extends RequestName<Contract>> = Output<
  RequestSchema<Contract, Name, 'params'>,
  undefined
>;

/** The result of a request as its handler returns it. */
export type HandlerResult<Contract extends ContractDefinition, Name extends RequestName<Contract>> = Input<
  RequestSchema<Contract, Name, 'result'>,
  // biome-ignore lint/suspicious/noConfusingVoidType: a handler without a result need not return anything
  undefined | void
>;

/** The data of a message as a client sends it. `never` where the contract has no messages of clients. */
export type ClientData<Contract extends ContractDefinition> = Input<MessageSchema<Contract, 'client'>, never>;

/** The data of a message of a client as the server's handler gets it: validated. */
export type ReceivedClientData<Contract extends ContractDefinition> = Output<
  MessageSchema<Contract, 'client'>,
  never
>;

/** The data of a message as the server sends it. `never` where the contract has no messages of the server. */
export type ServerData<Contract extends ContractDefinition> = Input<MessageSchema<Contract, 'server'>, never>;

/** The data of a message of the server as a client gets it. */
export type ReceivedServerData<Contract extends ContractDefinition> = Output<
  MessageSchema<Contract, 'server'>,
  never
>;
