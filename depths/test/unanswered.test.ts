/**
 * Whoever was given no answer at the upgrade is not kept for ever: the library, or Node, cuts the connection by its own
 * timeout (about 10 s; slowloris). All of them at once, and only the end is waited for.
 */
import { openSocket } from '@sallyport/conformance';
import { describe, expect, it } from 'vitest';
import { openGate } from '../src/gate.ts';
import { golden } from '../src/outcomes.ts';
import { uws, ws } from '../src/transports.ts';
import { upgradeCases } from '../src/upgrade-cases.ts';

describe.concurrent('an upgrade request without an answer', () => {
  for (const transport of [ws, uws])
    it.skipIf(!transport)(
      `is cut in the end on ${transport?.name ?? 'uws'}`,
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
});
