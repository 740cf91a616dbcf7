/**
 * Traps of uWebSockets.js in its own time-outs. The core has time-outs of its own, and the adapter sets the library's so that
 * they do no harm. Tests in real time are in ../real-time.test.ts.
 */
import { frame } from '@sallyport/conformance';
import { behavior } from '@sallyport/uws';
import { expect, it, onTestFinished } from 'vitest';
import { describeUws } from '../../src/describe-uws.ts';
import { fence, openGate } from '../../src/quirk-server.ts';
import { script } from '../../src/script.ts';

const ABORTED = 'SIGABRT';

describeUws('traps of uWebSockets.js, its timeouts', (_, uws) => {
  it('A3, T11: bytes that arrive slowly do not move the deadline of the sign-in', async () => {
    const gate = await openGate(uws);
    onTestFinished(gate.close);
    const client = await gate.connect();
    client.socket.write(frame(1, '', { length: 1_000 }));
    for (let i = 0; i < 59; i += 1) {
      client.socket.write('x');
      await fence(gate, 1);
      gate.clock.advance(1_000);
    }
    expect(gate.endings).toEqual([]);
    gate.clock.advance(1_000);
    expect(await client.ended).toEqual({ code: 4408, reason: 'not signed in in time' });
  });

  it.each([
    ['idleTimeout', 4],
    ['idleTimeout', 7],
    ['idleTimeout', 961],
    ['maxLifetime', 241],
  ])('T12: the option %s: %i ends the process', async (name, value) => {
    const child = script(`import uWS from 'uWebSockets.js'; uWS.App().ws('/*', { ${name}: ${value} })`);
    expect(await child.ended).toMatchObject({ signal: ABORTED });
  });

  it('T12: the library silently takes 65 536 as no time-out; the adapter’s time-outs are fixed and valid', async () => {
    const child = script(`import uWS from 'uWebSockets.js'; uWS.App().ws('/*', { idleTimeout: 65536 })`);
    expect(await child.ended).toMatchObject({ code: 0, output: '' });
    const { sessions } = await openGateOf(uws);
    const { idleTimeout, maxLifetime, sendPingsAutomatically } = behavior(sessions);
    expect({ idleTimeout, maxLifetime, sendPingsAutomatically }).toEqual({
      idleTimeout: 960,
      maxLifetime: undefined,
      sendPingsAutomatically: false,
    });
  });
});

async function openGateOf(transport: Parameters<typeof openGate>[0]) {
  const gate = await openGate(transport);
  onTestFinished(gate.close);
  return gate;
}
