/**
 * The libraries' own time-outs, which take real time. The tests run side by side, and each waits only for an end.
 */
import { connect, frame, openSocket } from '@sallyport/conformance';
import { describe, expect, it } from 'vitest';
import { bareUws } from '../src/bare-uws.ts';
import { golden } from '../src/outcomes.ts';
import { openGate } from '../src/quirk-server.ts';
import { library, uws, ws } from '../src/transports.ts';
import { upgradeCases } from '../src/upgrade-cases.ts';

describe.concurrent('in real time', () => {
  for (const transport of [ws, uws])
    it.skipIf(!transport)(
      `A2: a client that does not complete its upgrade is cut (slowloris), on ${transport?.name ?? 'uws'}`,
      async () => {
        if (!transport) return;
        const outcomes = golden(transport.name)['upgrade requests'];
        const mute = upgradeCases.filter(({ name }) => outcomes[name] === 'no answer, open');
        expect(mute.map(({ name }) => name)).toContain('half a request');
        const gate = await openGate(transport);
        await Promise.all(
          mute.map(async ({ writes }) => {
            const socket = await openSocket({ port: gate.port });
            const ended = new Promise<void>((resolve) => {
              socket
                .resume()
                .on('error', () => {})
                .on('end', resolve)
                .on('close', resolve);
            });
            for (const write of writes) if (write !== 'FIN') socket.write(write);
            await ended;
            socket.destroy();
          }),
        );
        expect(gate.sessions.counters.opened).toBe(1);
        await gate.close();
      },
      120_000,
    );

  for (const transport of [ws, uws])
    it.skipIf(!transport)(
      `A2: a client that never finishes the headers is cut, although it sends a byte now and then, on ${transport?.name ?? 'uws'}`,
      async () => {
        if (!transport) return;
        const gate = await openGate(transport);
        const socket = await openSocket({ port: gate.port });
        socket.write('GET / HTTP/1.1\r\nHost: gate.example\r\nX-Long: ');
        const drip = setInterval(() => socket.write('x'), 500);
        await new Promise((resolve) =>
          socket
            .resume()
            .on('error', () => {})
            .on('close', resolve),
        );
        clearInterval(drip);
        expect(gate.sessions.counters.opened).toBe(1);
        await gate.close();
      },
      120_000,
    );

  // 8 s is the shortest idle time-out of the library.
  it.skipIf(!library)(
    'T11: any byte counts as a sign of life: a client that never finishes a frame outlives a silent one',
    async ({ onTestFinished }) => {
      if (!library) return;
      const idle = { idleTimeout: 8, sendPingsAutomatically: false };
      const { port } = await bareUws(library, idle, onTestFinished);
      const silent = await connect({ port });
      const dripping = await connect({ port });
      let hasEnded = false;
      void dripping.ended.then(() => {
        hasEnded = true;
      });
      dripping.socket.write(frame(1, '', { length: 1_000 }));
      const drip = setInterval(() => dripping.socket.write('x'), 250);
      onTestFinished(() => clearInterval(drip));
      expect((await silent.ended).code).toBe(1006);
      expect(hasEnded).toBe(false);
    },
    60_000,
  );
});
