/** The server's end: what handlers get, and what a client is answered. */
import { type Call, defineContract, implement, type Message } from '@sallyport/contract';
import { RequestError } from '@sallyport/protocol';
import type { StandardSchemaV1 } from '@standard-schema/spec';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Request, serverSession } from './ends.ts';
import { contracts } from './libraries.ts';

/** Serves one request. Rejects with what the handler of core would catch. */
async function serve(
  server: { requests: (request: Request, session: ReturnType<typeof serverSession>) => unknown },
  method: string,
  params?: unknown,
): Promise<unknown> {
  return server.requests(new Request(method, params), serverSession());
}

/** A schema that answers later. */
function later<Value>(schema: StandardSchemaV1<Value>): StandardSchemaV1<Value> {
  const { validate, vendor } = schema['~standard'];
  return { '~standard': { version: 1, vendor, validate: async (value) => validate(value) } };
}

describe.each(Object.entries(contracts))('with schemas of %s', (_, contract) => {
  const seen: unknown[] = [];
  const rows = [{ from: 'ada', text: 'hi', password: 'secret' }];
  const server = implement(contract as typeof contracts.zod, {
    requests: {
      'room.history': (params, { session }) => {
        seen.push(params, session.identity?.user);
        return rows;
      },
      'room.leave': () => {},
      time: async () => 42,
    },
    message: ({ room, text }) => (room === 'quiet' ? undefined : { from: 'server', text }),
    text: (message) => message,
  });

  it('a handler gets validated parameters and the session', async () => {
    await serve(server, 'room.history', { room: 'a', limit: 2 });
    expect(seen).toEqual([{ room: 'a', limit: 2 }, 'ada']);
  });

  it('a result loses the fields that the contract does not name', async () => {
    expect(await serve(server, 'room.history', { room: 'a' })).toEqual([{ from: 'ada', text: 'hi' }]);
  });

  it('a request without a result gives undefined, and a promise of a result is awaited', async () => {
    expect(await serve(server, 'room.leave', { room: 'a' })).toBeUndefined();
    expect(await serve(server, 'time')).toBe(42);
  });

  it.each([[undefined], [null], ['a'], [{}], [{ room: '' }], [{ room: 1 }], [{ room: 'a', limit: 0.5 }]])(
    'the parameters %j are answered with invalidParams and issues',
    async (params) => {
      await expect(serve(server, 'room.history', params)).rejects.toMatchObject({
        name: 'RequestError',
        code: 'invalidParams',
        data: { issues: [{ message: expect.any(String), path: expect.any(Array) }] },
      });
    },
  );

  it('parameters of a method that takes none are answered with invalidParams', async () => {
    await expect(serve(server, 'time', {})).rejects.toMatchObject({ code: 'invalidParams' });
  });

  it.each(['room.histor', '', 'constructor', '__proto__', 'toString'])(
    'the method %j is answered with methodNotFound',
    async (method) => {
      await expect(serve(server, method)).rejects.toMatchObject({ code: 'methodNotFound' });
    },
  );

  it('the reply to a message is data of the contract, or nothing', () => {
    const session = serverSession();
    expect(server.application({ data: { room: 'a', text: 'x' } }, session)).toEqual({
      data: { from: 'server', text: 'x' },
    });
    expect(server.application({ data: { room: 'quiet', text: 'x' } }, session)).toBeUndefined();
  });

  it('a message that does not fit is answered with invalidMessage and issues', () => {
    expect(() => server.application({ data: { room: 7 } }, serverSession())).toThrow(
      expect.objectContaining({
        name: 'RequestError',
        code: 'invalidMessage',
        message: expect.stringMatching(/^the message does not fit the contract: room(?!: room)/),
        data: { issues: expect.arrayContaining([expect.objectContaining({ path: ['room'] })]) },
      }),
    );
  });

  it('text and bytes go to their own handler as they are', () => {
    const bytes = new Uint8Array([1]);
    expect(server.application('hello', serverSession())).toBe('hello');
    expect(server.application(bytes, serverSession())).toBe(bytes);
  });

  it('a message of the server is checked once, and serves for all sessions', () => {
    const sent: Message[] = [];
    const message = server.message({ from: 'server', text: 'now' });
    for (const session of [serverSession(sent), serverSession(sent)]) session.send(message);
    expect(sent).toEqual([
      { data: { from: 'server', text: 'now' } },
      { data: { from: 'server', text: 'now' } },
    ]);
    expect(() => server.message({ from: 1, text: 'now' } as never)).toThrow(
      expect.objectContaining({ name: 'ContractError' }),
    );
  });
});

describe('errors of handlers', () => {
  const contract = defineContract({ requests: { one: { params: z.number(), result: z.string() } } });
  const failing = (one: (params: number) => string | Promise<string>) =>
    serve(implement(contract, { requests: { one } }), 'one', 1);

  it('A57: the error for a result that does not fit names the place, and quotes no value', async () => {
    const result = v.object({ key: v.object({ secret: v.number() }) });
    const { requests } = implement(defineContract({ requests: { one: { result } } }), {
      requests: { one: () => ({ key: { secret: 's3cret' as never } }) },
    });
    const error = await serve({ requests }, 'one').catch((reason: Error) => reason);
    expect(error).toMatchObject({
      message: 'the result of one does not fit the contract at key.secret',
      issues: [{ message: expect.stringContaining('s3cret') }],
    });
    expect((error as Error).stack).not.toContain('s3cret');
  });

  it('a RequestError goes to the client as it is', async () => {
    const error = new RequestError('room.full', 'the room is full', { seats: 0 });
    await expect(
      failing(() => {
        throw error;
      }),
    ).rejects.toBe(error);
    await expect(failing(() => Promise.reject(error))).rejects.toBe(error);
  });

  it('a result that does not fit is a fault of the server, and no RequestError', async () => {
    const fault = {
      name: 'ContractError',
      message: 'the result of one does not fit the contract',
      issues: [{ path: [], message: expect.any(String) }],
    };
    await expect(failing(() => 1 as never)).rejects.toMatchObject(fault);
    await expect(failing(async () => 1 as never)).rejects.toMatchObject(fault);
  });

  it('a schema that throws is a fault, and the handler is not called', async () => {
    const params = z.number().refine(() => {
      throw new Error('broken schema');
    });
    const server = implement(defineContract({ requests: { one: { params } } }), {
      requests: { one: () => expect.unreachable() },
    });
    await expect(serve(server, 'one', 1)).rejects.toThrow('broken schema');
  });

  it('a result is sent as it is if the output is not validated', async () => {
    const server = implement(contract, { requests: { one: () => 1 as never }, validateOutput: false });
    expect(await serve(server, 'one', 1)).toBe(1);
  });
});

describe('schemas that answer later', () => {
  const contract = defineContract({
    requests: { one: { params: later(z.number()), result: later(z.string()) } },
    messages: { client: later(z.string()), server: later(z.string()) },
  });
  const server = implement(contract, {
    requests: { one: (params) => String(params) },
    message: () => expect.unreachable(),
  });

  it('are awaited for parameters and results', async () => {
    expect(await serve(server, 'one', 7)).toBe('7');
    await expect(serve(server, 'one', 'x')).rejects.toMatchObject({ code: 'invalidParams' });
  });

  it('do not let the handler act for a client that left meanwhile', async () => {
    const strict = implement(contract, {
      requests: { one: () => expect.unreachable() },
      message: () => undefined,
    });
    const request = new Request('one', 7);
    const answer = strict.requests(request, serverSession());
    request.abort();
    await expect(answer).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('are a fault for messages, in both directions', () => {
    const fault = (direction: string) =>
      expect.objectContaining({
        name: 'ContractError',
        message: `messages.${direction} has a schema that returned a promise; a schema of messages must be synchronous`,
      });
    expect(() => server.application({ data: 'x' }, serverSession())).toThrow(fault('client'));
    expect(() => server.message('x')).toThrow(fault('server'));
  });
});

it('the signal of a request is read only if the handler reads it', () => {
  const contract = defineContract({ requests: { one: {}, two: {} } });
  const { requests } = implement(contract, {
    requests: {
      one: (_params, { session }) => void session,
      two: (_params, { signal }) => void signal,
    },
  });
  const [one, two] = [new Request('one'), new Request('two')];
  requests(one, serverSession());
  requests(two, serverSession());
  expect([one.signalReads, two.signalReads]).toEqual([0, 1]);
});

it('what a handler returns is not sent if the contract has no result for the request', async () => {
  const server = implement(defineContract({ requests: { one: {} } }), {
    requests: { one: () => 'secret' as never },
  });
  expect(await serve(server, 'one')).toBeUndefined();
});

it('a call names its method and its id', () => {
  const calls: Pick<Call, 'method' | 'id'>[] = [];
  const { requests } = implement(defineContract({ requests: { one: {} } }), {
    requests: { one: (_params, { method, id }) => void calls.push({ method, id }) },
  });
  requests(new Request('one'), serverSession());
  expect(calls).toEqual([{ method: 'one', id: 1 }]);
});

it('a message outside the contract is answered with invalidMessage', () => {
  const { application } = implement(defineContract({}), {});
  for (const message of ['hello', new Uint8Array(1), { data: 1 }])
    expect(() => application(message, serverSession())).toThrow(
      expect.objectContaining({ code: 'invalidMessage' }),
    );
});

it('the server cannot send a message that the contract does not have', () => {
  const { message } = implement(defineContract({}), {});
  expect(() => message(1 as never)).toThrow('data cannot be sent: the contract has no messages.server');
});

const full = contracts.zod;
const requests = { 'room.history': () => [], 'room.leave': () => {}, time: () => 1 };
const message = () => undefined;

it.each([
  [undefined, 'implementation must be an object, not undefined'],
  [{ requests }, 'message must be a function that answers the messages of clients, not undefined'],
  [{ requests: 1, message }, 'requests must be an object with a handler for each request, not 1'],
  [
    { requests: { ...requests, time: undefined }, message },
    'requests.time must be a function that serves the request, not undefined',
  ],
  [{ message }, 'requests.room.history must be a function that serves the request, not undefined'],
  [{ requests: { ...requests, times: () => 1 }, message }, 'requests.times is not a request of the contract'],
  [{ requests, message, text: 'echo' }, 'text must be a function that answers text and bytes, not "echo"'],
  [{ requests, message, validateOutput: 1 }, 'validateOutput must be true or false, not 1'],
  [{ requests, messages: message }, 'messages is not an option of implement; did you mean message?'],
])(
  'the implementation of case %$ is refused with an error that names the handler',
  (implementation, error) => {
    expect(() => implement(full, implementation as never)).toThrow(
      expect.objectContaining({ name: 'UsageError', message: error }),
    );
  },
);

it('a handler of messages that the contract does not have is refused', () => {
  expect(() => implement(defineContract({}), { message } as never)).toThrow(
    'message has no effect: the contract has no messages.client',
  );
});

it('a method with the name of a property that every object has needs its own handler', () => {
  const contract = defineContract({ requests: { constructor: {} } });
  expect(() => implement(contract, { requests: {} } as never)).toThrow(
    'requests.constructor must be a function that serves the request, not undefined',
  );
});
