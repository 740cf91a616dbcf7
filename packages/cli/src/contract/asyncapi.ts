/**
 * A contract as an AsyncAPI 3 document (https://www.asyncapi.com/docs/reference/specification/v3.0.0), seen from the server: it
 * receives requests, and sends answers. Pure. Proven by: test/asyncapi.test.ts.
 */
import type { ContractDefinition, RequestDefinition } from '@sallyport/contract';
import { channelMessages, channelOperations } from './channel-messages.ts';
import type { Info } from './info.ts';
import type { JsonSchemas } from './json-schemas.ts';
import { operation, reply } from './operation.ts';
import { CORRELATION, ID, MESSAGE_FAILED, payload, WIRE_MESSAGES } from './wire-messages.ts';

type Named = Readonly<Record<string, object>>;

/** The document. `schemas` has the JSON Schemas by their keys; a value without one may be anything. */
export function asyncApi(
  contract: ContractDefinition,
  schemas: JsonSchemas,
  info: Info,
  server?: URL,
): object {
  const messages = messagesOf(contract, schemas);
  return {
    asyncapi: '3.0.0',
    info: { ...info, description: DESCRIPTION },
    defaultContentType: 'application/json',
    ...(server ? { servers: { server: serverOf(server) } } : {}),
    channels: {
      session: {
        address: server?.pathname ?? '/',
        description: 'One WebSocket connection. It begins with the sign-in.',
        messages: Object.fromEntries(
          Object.keys(messages).map((name) => [name, { $ref: `#/components/messages/${name}` }]),
        ),
        bindings: { ws: { method: 'GET', headers: SUBPROTOCOL_HEADER, bindingVersion: '0.1.0' } },
      },
    },
    operations: operationsOf(contract),
    components: { messages, schemas, securitySchemes: SECURITY_SCHEMES },
  };
}

const DESCRIPTION =
  'Speaks the subprotocol sallyport.v1: each message is one JSON object with a type. Text and bytes, which are outside the contract, are not in this document.';

const SUBPROTOCOL_HEADER = {
  type: 'object',
  properties: { 'Sec-WebSocket-Protocol': { type: 'string', const: 'sallyport.v1' } },
};

const SECURITY_SCHEMES = {
  password: { type: 'userPassword', description: 'In the message authenticate.' },
  token: { type: 'apiKey', in: 'password', description: 'A token, in the message authenticate.' },
};

function serverOf({ host, protocol }: URL): object {
  const security = Object.keys(SECURITY_SCHEMES).map((name) => ({
    $ref: `#/components/securitySchemes/${name}`,
  }));
  return { host, protocol: protocol.replace(':', ''), security };
}

function messagesOf(contract: ContractDefinition, schemas: JsonSchemas): Named {
  const { requests = {}, messages = {} } = contract;
  const schemaOf = (key: string) =>
    Object.hasOwn(schemas, key)
      ? { $ref: `#/components/schemas/${key}` }
      : { description: 'Any value: the library of this schema gives no JSON Schema for it.' };
  const { client, server } = messages;
  return {
    ...WIRE_MESSAGES,
    ...Object.fromEntries(
      Object.entries(requests).flatMap(([name, { params, result }]) => [
        [
          `${name}.request`,
          {
            ...CORRELATION,
            payload: payload('request', {
              id: ID,
              method: { const: name },
              ...(params ? { params: schemaOf(`${name}.params`) } : {}),
            }),
          },
        ],
        [
          `${name}.response`,
          {
            ...CORRELATION,
            payload: payload(
              'response',
              { id: ID, ...(result ? { result: schemaOf(`${name}.result`) } : {}) },
              result ? {} : { result: { type: 'null' } },
            ),
          },
        ],
      ]),
    ),
    ...(client
      ? {
          clientMessage: { payload: payload('message', { data: schemaOf('client.data') }) },
          messageFailed: MESSAGE_FAILED,
        }
      : {}),
    ...(server ? { serverMessage: { payload: payload('message', { data: schemaOf('server.data') }) } } : {}),
    ...channelMessages(contract, schemaOf),
  };
}

function operationsOf(contract: ContractDefinition): Named {
  const { requests = {}, messages = {}, channels = {} } = contract;
  const { client, server } = messages;
  return {
    authenticate: {
      ...operation('receive', ['authenticate'], 'The sign-in.'),
      reply: reply(['authenticated', 'refused', 'postponed']),
    },
    heartbeat: operation('send', ['heartbeat'], 'A sign of life, with each ping.'),
    ...Object.fromEntries(
      Object.entries(requests).map(([name, request]) => [`request.${name}`, requestOperation(name, request)]),
    ),
    ...(Object.keys(requests).length + Object.keys(channels).length > 0
      ? { cancel: operation('receive', ['cancel'], 'Cancels a request, or an operation on a channel.') }
      : {}),
    ...(client
      ? {
          clientMessage: {
            ...operation('receive', ['clientMessage'], 'A message of the client.'),
            reply: reply([...(server ? ['serverMessage'] : []), 'messageFailed']),
          },
        }
      : {}),
    ...(server ? { serverMessage: operation('send', ['serverMessage'], 'A message of the server.') } : {}),
    ...channelOperations(contract),
  };
}

function requestOperation(name: string, { idempotent, summary }: RequestDefinition): object {
  const description = idempotent
    ? 'Idempotent: a client may send the request again after a connection loss.'
    : 'Not idempotent: after a connection loss, a client cannot know whether the server has served the request.';
  return {
    ...operation('receive', [`${name}.request`], summary ?? `The request ${name}.`),
    description,
    reply: reply([`${name}.response`, 'requestFailed']),
  };
}
