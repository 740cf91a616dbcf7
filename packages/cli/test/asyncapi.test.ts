/** The AsyncAPI document of a contract, checked by the parser of AsyncAPI's own project. */
import { Parser } from '@asyncapi/parser';
import { defineContract } from '@sallyport/contract';
import { toStandardJsonSchema } from '@valibot/to-json-schema';
import { type } from 'arktype';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { asyncApi } from '../src/contract/asyncapi.ts';
import { jsonSchemas } from '../src/contract/json-schemas.ts';

const file = new URL(import.meta.url).pathname;
type Contract = Parameters<typeof asyncApi>[0];

const info = { title: 'Rooms', version: '1.2.3' };

const tree = z.object({
  name: z.string(),
  get children() {
    return z.array(tree);
  },
});

const contracts = {
  zod: defineContract({
    requests: {
      'room.history': {
        summary: 'The last messages of a room.',
        params: z.object({ room: z.string(), limit: z.number().int().default(10) }),
        result: z.array(z.object({ text: z.string() })),
        idempotent: true,
      },
      tree: { result: tree },
      ping: {},
    },
    messages: { client: z.object({ typing: z.boolean() }), server: z.object({ online: z.number() }) },
  }),
  valibot: defineContract({
    requests: {
      'room.history': {
        params: v.object({ room: v.string(), limit: v.optional(v.number(), 10) }),
        result: v.array(v.object({ text: v.string() })),
      },
    },
    messages: { client: toStandardJsonSchema(v.object({ typing: v.boolean() })) },
  }),
  arktype: defineContract({
    requests: {
      'room.history': {
        params: type({ room: 'string', limit: 'number = 10' }),
        result: type({ text: 'string' }).array(),
      },
    },
    messages: { server: type({ online: 'number' }) },
  }),
  empty: defineContract({}),
};

/** The document as it is written, and the schemas that it lacks. */
async function write(contract: Contract, url?: URL) {
  const { schemas, problems } = await jsonSchemas(contract, file);
  return { written: JSON.stringify(asyncApi(contract, schemas, info, url)), problems };
}

/** Loading the rules of AsyncAPI takes longer than a document, so the tests share one parser. */
const parser = new Parser();

/** The parsed document, and the errors of the parser. */
async function parse(contract: Contract, url?: URL) {
  const { written, problems } = await write(contract, url);
  const { document, diagnostics } = await parser.parse(written);
  const errors = diagnostics.filter(({ severity }) => severity === 0);
  return { document, problems, errors };
}

/** The document as an object, not checked. */
const documentOf = async (contract: Contract) => JSON.parse((await write(contract)).written);

describe.each(Object.entries(contracts))('a contract (%s)', (_, contract) => {
  it.each([undefined, new URL('wss://example.com:8443/gate')])(
    'is a valid document with the URL %s',
    async (url) => {
      const { document, problems, errors } = await parse(contract, url);
      expect([problems, errors]).toEqual([[], []]);
      expect(document?.version()).toBe('3.0.0');
      expect(document?.info().title()).toBe('Rooms');
    },
  );
});

it('each request is an operation with a reply, and messages go both ways', async () => {
  const { document } = await parse(contracts.zod);
  const operations = document?.operations().all() ?? [];
  const summaries = operations.map((operation) => [
    operation.id(),
    operation.action(),
    operation
      .messages()
      .all()
      .map((message) => message.id()),
    operation
      .reply()
      ?.messages()
      .all()
      .map((message) => message.id()),
  ]);
  expect(summaries).toEqual([
    ['authenticate', 'receive', ['authenticate'], ['authenticated', 'refused', 'postponed']],
    ['heartbeat', 'send', ['heartbeat'], undefined],
    ['request.room.history', 'receive', ['room.history.request'], ['room.history.response', 'requestFailed']],
    ['request.tree', 'receive', ['tree.request'], ['tree.response', 'requestFailed']],
    ['request.ping', 'receive', ['ping.request'], ['ping.response', 'requestFailed']],
    ['cancel', 'receive', ['cancel'], undefined],
    ['clientMessage', 'receive', ['clientMessage'], ['serverMessage', 'messageFailed']],
    ['serverMessage', 'send', ['serverMessage'], undefined],
  ]);
});

it('the server has its host, its path and the ways to sign in', async () => {
  const { document } = await parse(contracts.zod, new URL('wss://example.com:8443/gate'));
  const [server] = document?.servers().all() ?? [];
  expect([server?.host(), server?.protocol()]).toEqual(['example.com:8443', 'wss']);
  expect(document?.channels().all()[0]?.address()).toBe('/gate');
  const schemes = server?.security().flatMap((one) => one.all().map((scheme) => scheme.scheme().type()));
  expect(schemes).toEqual(['userPassword', 'apiKey']);
});

it.each(['zod', 'valibot', 'arktype'] as const)(
  'a document has what clients send before defaults, and what they get after them (%s)',
  async (library) => {
    const written = await documentOf(contracts[library]);
    expect(written.components.schemas['room.history.params']).toMatchObject({
      type: 'object',
      properties: { room: { type: 'string' } },
      required: ['room'],
    });
    expect(written.components.schemas['room.history.result']).toMatchObject({
      type: 'array',
      items: { type: 'object', properties: { text: { type: 'string' } } },
    });
  },
);

it('a recursive schema refers to itself at its new place', async () => {
  const written = await documentOf(contracts.zod);
  expect(written.components.schemas['tree.result']).toMatchObject({
    properties: { children: { items: { $ref: '#/components/schemas/tree.result' } } },
  });
});

it('a request without a result has the result null or none', async () => {
  const written = await documentOf(contracts.zod);
  expect(written.components.messages['ping.response'].payload).toMatchObject({
    properties: { result: { type: 'null' } },
    required: ['type', 'id'],
  });
});

it('a request may have any name that a contract allows', async () => {
  const requests = { constructor: {}, toString: {}, authenticate: {}, cancel: {}, 'a-b_c.d': {} };
  const { document, errors } = await parse(defineContract({ requests }));
  expect(errors).toEqual([]);
  const ids = document
    ?.operations()
    .all()
    .map((operation) => operation.id());
  expect(ids).toEqual(expect.arrayContaining(Object.keys(requests).map((name) => `request.${name}`)));
});
