/** Duties with a request to connect, before there is a connection. */
import { deepStrictEqual, equal, ok } from 'node:assert/strict';
import { isIP } from 'node:net';
import { kitProtocol } from '../kit/protocol.ts';
import type { Stage } from '../kit/stage.ts';
import type { Tale } from '../kit/story.ts';
import { Refused } from '../kit/transport.ts';

const ORIGIN = 'https://app.example';
const named = (subprotocol: string) => ({ ...kitProtocol, name: subprotocol, subprotocol });

/** The refusal as the client saw it is the one that `admit` named. */
async function expectRefused(stage: Stage, headers: Record<string, string>): Promise<void> {
  const before = stage.asked.length;
  const refusal = await stage.connect({ headers }).then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(refusal instanceof Refused)) throw refusal ?? new Error('it was let in');
  equal(stage.asked.length, before + 1, '`admit` was not asked once about one request');
  const admission = stage.asked.at(-1)?.admission;
  if (!admission || 'protocol' in admission) throw new Error('it was refused though `admit` let it in');
  const { status, text } = admission;
  deepStrictEqual({ status: refusal.status, text: refusal.text }, { status, text });
  for (const [name, value] of Object.entries(admission.headers))
    equal(refusal.headers.get(name), value, `the header ${name} that \`admit\` names`);
}

export const asking: readonly Tale[] = [
  {
    duty: 'admit is asked, once, with what the request says',
    needs: ['requests'],
    async tell(stage) {
      await stage.serveBare(undefined, { protocols: [kitProtocol, named('kit.two')], origins: [ORIGIN] });
      const headers = { Host: 'gate.example', Origin: ORIGIN, 'Sec-WebSocket-Protocol': 'kit.one, kit.two' };
      await stage.bare({ headers });
      await stage.bare();
      equal(stage.asked.length, 2);
      const [{ request: full } = {}, { request: plain } = {}] = stage.asked;
      deepStrictEqual(
        [full?.host, full?.origin, full?.protocols, full?.version],
        ['gate.example', ORIGIN, 'kit.one, kit.two', '13'],
      );
      deepStrictEqual([plain?.origin, plain?.protocols], [undefined, undefined]);
    },
  },
  {
    duty: 'a refusal has the status, the text and the headers that admit names',
    needs: ['requests'],
    async tell(stage) {
      await stage.serveBare();
      await expectRefused(stage, { Host: 'gate.example', Origin: 'https://evil.example' });
      await stage.sessions.drain();
      await expectRefused(stage, { Host: 'gate.example' });
      equal(stage.tapped.length, 0, '`open` was called for a request that was refused');
    },
  },
  {
    duty: 'the protocol that admit gives is in the answer, and goes to open',
    needs: ['requests'],
    async tell(stage) {
      await stage.serveBare(undefined, { protocols: [kitProtocol, named('kit.two')] });
      const two = await stage.bare({ headers: { 'Sec-WebSocket-Protocol': 'kit.one, kit.two' } });
      equal(two.client.protocol, 'kit.two', 'the subprotocol in the answer');
      equal(two.tapped.protocol?.name, 'kit.two', 'the protocol given to `open`');
      const none = await stage.bare();
      equal(none.client.protocol, undefined, 'the subprotocol in the answer to who offered none');
    },
  },
  {
    duty: 'the peer that admit gives goes to open',
    async tell(stage) {
      await stage.serveBare(undefined, { origins: [ORIGIN] });
      const headers = { Origin: ORIGIN };
      for (const request of stage.capabilities.requests ? [undefined, { headers }] : [undefined]) {
        const { peer } = await stage.bare(request);
        const { request: asked, admission } = stage.asked.at(-1) ?? {};
        const { address = '' } = asked ?? {};
        // Empty where the transport has none.
        ok(address === '' || isIP(address) > 0, `the address is ${JSON.stringify(address)}, no IP address`);
        ok(!/^::ffff:\d+\./i.test(address), `the address is ${address}: IPv4 is written as IPv4`);
        if (admission && 'protocol' in admission) deepStrictEqual(peer, admission.peer);
      }
    },
  },
];
