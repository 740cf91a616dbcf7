/**
 * The time to a refusal for existing and for unknown users, on both binaries. The times are printed for a reader, because no
 * test depends on the speed of a machine. The tests prove that no refusal comes before the minimum delay.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { users } from '@sallyport/auth';
import { connect } from '@sallyport/conformance';
import { canary } from '@sallyport/core/testing/canary';
import { library } from '@sallyport/transport-quirks/transports';
import { expect, it, onTestFinished } from 'vitest';
import { refusals } from './amounts.ts';
import { start } from './server.ts';

const FLOOR_MS = 300;

/** Milliseconds to the answer for a client that has not failed before: each has its own address. */
async function refusal(port: number, localAddress: string, credentials: string): Promise<number> {
  const client = await connect({ port, localAddress });
  const began = performance.now();
  expect(await client.ask(credentials)).toMatch(/^sorry/);
  const ms = performance.now() - began;
  client.socket.destroy();
  return ms;
}

const median = (times: readonly number[]) => times.toSorted((a, b) => a - b)[times.length >> 1] ?? 0;

for (const name of ['sallyport-ws', 'sallyport-uws'])
  it.skipIf(name === 'sallyport-uws' && !library)(
    `A32: no refusal comes before the minimum delay, whether the user exists or not, on ${name}`,
    async () => {
      const folder = mkdtempSync(join(tmpdir(), 'sallyport-'));
      onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
      const file = join(folder, 'users');
      const there = Array.from({ length: refusals }, (_, i) => `user${i}`);
      for (const user of there) await users(file).add(user, canary.password);
      const { port } = await start(name, ['--users', file]);
      const known: number[] = [];
      const unknown: number[] = [];
      // In turns, so that other load on the machine affects both.
      for (const [i, user] of there.entries()) {
        known.push(await refusal(port, `127.0.6.${(i % 250) + 1}`, `${user}:wrong`));
        unknown.push(await refusal(port, `127.0.7.${(i % 250) + 1}`, `unknown${i}:wrong`));
      }
      for (const ms of [...known, ...unknown]) expect(ms).toBeGreaterThan(FLOOR_MS - 10);
      const [one, other] = [median(known), median(unknown)].map((ms) => ms.toFixed(1));
      console.log(`${name}: refused after ${one} ms, or for an unknown user after ${other} ms (medians)`);
    },
  );
