/** Duties with an upgrade request, before there is a connection. */
import { deepStrictEqual, equal, ok } from 'node:assert/strict';
import { kitProtocol } from '../kit/protocol.ts';
import type { Stage } from '../kit/stage.ts';
import type { StoryDefinition } from '../kit/story.ts';
import { Refused, type RemoteRequest } from '../kit/transport.ts';

const ORIGIN = 'https://app.example';
/** The address as every adapter must pass it. */
const short = (address: string) => address.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '');
const named = (subprotocol: string) => ({ ...kitProtocol, name: subprotocol, subprotocol });

/** Expects that the client sees the refusal that `admit` returned. */
async function expectRefused(
  stage: Stage,
  headers: RemoteRequest['headers'],
  expected?: number,
): Promise<void> {
  const before = stage.admitCalls.length;
  const refusal = await stage.connect({ headers }).then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(refusal instanceof Refused)) throw refusal ?? new Error('the client was connected');
  equal(stage.admitCalls.length, before + 1, '`admit` was not called exactly once for one request');
  const admission = stage.admitCalls.at(-1)?.admission;
  if (!admission || 'protocol' in admission)
    throw new Error('the client was refused, although `admit` admitted it');
  const { status, text } = admission;
  if (expected !== undefined) equal(status, expected, `the answer to ${JSON.stringify(headers)}`);
  deepStrictEqual({ status: refusal.status, text: refusal.text }, { status, text });
  for (const [name, value] of Object.entries(admission.headers))
    equal(refusal.headers.get(name), value, `the header ${name} that \`admit\` names`);
}

/** The message if a list over two lines is refused. */
const BOTH_LINES = '`protocols` is not both of the Sec-WebSocket-Protocol, with a comma between';
const KEY = 'dGhlIHNhbXBsZSBub25jZQ==';

export const asking: readonly StoryDefinition[] = [
  {
    duty: 'calls admit once for each request, with its headers',
    needs: ['requests'],
    async run(stage) {
      await stage.serveBare(undefined, { protocols: [kitProtocol, named('kit.two')], origins: [ORIGIN] });
      const headers = { Host: 'gate.example', Origin: ORIGIN, 'Sec-WebSocket-Protocol': 'kit.one, kit.two' };
      // Any client can send the first; the second is the proxy's.
      const forwarded = { 'X-Forwarded-For': ['198.51.100.1', '203.0.113.9'] };
      await stage.bare({ headers: { ...headers, ...forwarded } });
      await stage.bare();
      equal(stage.admitCalls.length, 2);
      const [{ request: full } = {}, { request: plain } = {}] = stage.admitCalls;
      deepStrictEqual(
        [full?.host, full?.origin, full?.protocols, full?.version],
        ['gate.example', ORIGIN, 'kit.one, kit.two', '13'],
      );
      deepStrictEqual(
        full?.forwardedFor?.split(/\s*,\s*/),
        forwarded['X-Forwarded-For'],
        '`forwardedFor` is not both of the X-Forwarded-For, with a comma between',
      );
      deepStrictEqual(
        [plain?.origin, plain?.protocols, plain?.forwardedFor],
        [undefined, undefined, undefined],
      );
    },
  },
  {
    duty: 'joins a header list that comes on several lines',
    needs: ['requests'],
    async run(stage) {
      await stage.serveBare(undefined, { protocols: [named('kit.two')] });
      const headers = {
        Connection: ['keep-alive', 'Upgrade'],
        'Sec-WebSocket-Protocol': ['kit.one', 'kit.two'],
      };
      const { client } = await stage.bare({ headers });
      const { protocols } = stage.admitCalls[0]?.request ?? {};
      deepStrictEqual(protocols?.split(/\s*,\s*/), headers['Sec-WebSocket-Protocol'], BOTH_LINES);
      equal(client.protocol, 'kit.two', 'the subprotocol in the answer');
    },
  },
  {
    duty: 'refuses a request that repeats a single-value header',
    needs: ['requests'],
    async run(stage) {
      await stage.serveBare(undefined, { origins: [ORIGIN] });
      await expectRefused(stage, { Origin: [ORIGIN, 'https://evil.example'] }, 403);
      await expectRefused(stage, { Origin: [ORIGIN, ORIGIN] }, 403);
      await expectRefused(stage, { Host: ['gate.example', 'evil.example'] }, 400);
      await expectRefused(stage, { Host: ['gate.example', 'gate.example'] }, 400);
      await expectRefused(stage, { 'Sec-WebSocket-Key': [KEY, KEY] }, 400);
      await expectRefused(stage, { 'Sec-WebSocket-Version': ['13', '8'] }, 426);
      await expectRefused(stage, { 'Sec-WebSocket-Version': ['13', '13'] }, 426);
      equal(stage.tapped.length, 0, '`open` was called for a request that was refused');
    },
  },
  {
    duty: 'compares origins by their ports, default ports included',
    needs: ['requests'],
    async run(stage) {
      await stage.serveBare(undefined, { origins: ['https://app.example:443'] });
      await stage.bare({ headers: { Host: 'gate.example:443', Origin: 'https://gate.example' } });
      await stage.bare({ headers: { Host: 'gate.example', Origin: 'http://gate.example:80' } });
      await stage.bare({ headers: { Host: 'gate.example', Origin: ORIGIN } });
      await expectRefused(stage, { Host: 'gate.example:443', Origin: 'http://gate.example' }, 403);
      await expectRefused(stage, { Host: 'gate.example:8443', Origin: 'https://gate.example' }, 403);
    },
  },
  {
    duty: 'refuses an upgrade request with a body',
    needs: ['requests'],
    async run(stage) {
      await stage.serveBare();
      await expectRefused(stage, { 'Content-Length': '5' }, 400);
      await expectRefused(stage, { 'Transfer-Encoding': 'chunked' }, 400);
      equal(stage.tapped.length, 0, '`open` was called for a request that was refused');
      await stage.bare({ headers: { 'Content-Length': '0' } });
    },
  },
  {
    duty: 'refuses an invalid list of subprotocols',
    needs: ['requests'],
    async run(stage) {
      await stage.serveBare(undefined, { protocols: [kitProtocol, named('kit.two')] });
      for (const offered of ['', 'kit.two, kit.two', 'kit.two,', 'kit two'])
        await expectRefused(stage, { 'Sec-WebSocket-Protocol': offered }, 400);
      await expectRefused(stage, { 'Sec-WebSocket-Protocol': ['kit.two', 'kit.two'] }, 400);
    },
  },
  {
    duty: 'passes the Host of the request to admit',
    needs: ['requests'],
    async run(stage) {
      await stage.serveBare(undefined, { allowedHosts: ['gate.example'] });
      await stage.bare({ headers: { Host: 'gate.example:5678', Origin: 'http://gate.example:5678' } });
      await expectRefused(stage, { Host: 'evil.example:5678', Origin: 'http://evil.example:5678' }, 421);
    },
  },
  {
    duty: 'passes the address of the client to admit, IPv4 as IPv4',
    needs: ['addresses'],
    async run(stage) {
      await stage.serveBare();
      const { client } = await stage.bare();
      const passed = stage.admitCalls[0]?.request.address;
      const expected = short(client.address ?? '');
      ok(passed === expected, `\`admit\` got the address '${passed}', and not '${expected}'`);
    },
  },
  {
    duty: 'opens no connection for a refused request',
    async run(stage) {
      await stage.serveBare();
      await stage.sessions.drain();
      // On a transport without answers to requests the connection opens, and is ended.
      const client = await stage.connect().catch(() => undefined);
      if (client) await stage.until('the end of the refused client', () => stage.hasEnded(client));
      equal(stage.admitCalls.length, 1, '`admit` was not called');
      equal(stage.tapped.length, 0, '`open` was called for a client that was refused');
    },
  },
  {
    duty: 'answers a refused request with the status, text and headers of admit',
    needs: ['requests'],
    async run(stage) {
      await stage.serveBare();
      await expectRefused(stage, { Host: 'gate.example', Origin: 'https://evil.example' });
      await stage.sessions.drain();
      await expectRefused(stage, { Host: 'gate.example' });
      equal(stage.tapped.length, 0, '`open` was called for a request that was refused');
    },
  },
  {
    duty: 'answers with the subprotocol of admit, and passes its protocol to open',
    needs: ['requests'],
    async run(stage) {
      await stage.serveBare(undefined, { protocols: [kitProtocol, named('kit.two')] });
      const two = await stage.bare({ headers: { 'Sec-WebSocket-Protocol': 'kit.one, kit.two' } });
      equal(two.client.protocol, 'kit.two', 'the subprotocol in the answer');
      equal(two.tapped.protocol?.name, 'kit.two', 'the protocol given to `open`');
      const none = await stage.bare();
      equal(none.client.protocol, undefined, 'the subprotocol in the answer to a client that offered none');
    },
  },
  {
    duty: 'passes the peer of admit to open',
    async run(stage) {
      await stage.serveBare(undefined, { origins: [ORIGIN] });
      const headers = { Origin: ORIGIN };
      for (const request of stage.capabilities.requests ? [undefined, { headers }] : [undefined]) {
        const { peer } = await stage.bare(request);
        const admission = stage.admitCalls.at(-1)?.admission;
        if (admission && 'protocol' in admission) deepStrictEqual(peer, admission.peer);
      }
    },
  },
];
