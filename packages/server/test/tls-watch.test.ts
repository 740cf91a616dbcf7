import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SimulatedClock } from '@sallyport/core/testing';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createLogger } from '../src/logging.ts';
import { watchTls } from '../src/tls-watch.ts';

const DAY = 86_400_000;
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sallyport-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

async function watched(daysLeft: number) {
  const files = { cert: join(folder, 'cert'), key: join(folder, 'key') };
  writeFileSync(files.cert, 'a');
  writeFileSync(files.key, 'a');
  const clock = new SimulatedClock();
  const lines: string[] = [];
  const log = createLogger('info', { write: (line: string) => void lines.push(line) });
  const state = { isDraining: false };
  const reloadTls = vi.fn(async () => ({ isChanged: false, expiresAt: daysLeft * DAY }));
  const now = () => clock.now();
  const watch = watchTls(files, { reloadTls }, () => state.isDraining, clock, log, now);
  await watch.reload();
  return { files, clock, state, reloadTls, watch, events: () => lines.map((line) => JSON.parse(line)) };
}

it('warns at the start and daily once the certificate has 14 days or less', async () => {
  const { clock, events } = await watched(15.5);
  expect(events()).toEqual([]);
  clock.advance(DAY);
  expect(events()).toEqual([]);
  clock.advance(DAY);
  clock.advance(DAY);
  expect(events().map(({ event, level }) => [event, level])).toEqual(Array(2).fill(['tls.expiring', 'warn']));
  const late = await watched(14);
  expect(late.events()).toMatchObject([{ event: 'tls.expiring', msg: expect.stringContaining('expires') }]);
});

it('serves a changed file after a look, logs it, and does not read unchanged files', async () => {
  const { files, clock, reloadTls, events } = await watched(90);
  const calls = reloadTls.mock.calls.length;
  reloadTls.mockResolvedValueOnce({ isChanged: true, expiresAt: 100 * DAY });
  writeFileSync(files.cert, 'another');
  await vi.waitUntil(
    () => {
      clock.advance(5_000);
      return events().length > 0;
    },
    { timeout: 60_000 },
  );
  expect(events()).toMatchObject([{ event: 'tls.changed', level: 'info', file: files.cert }]);
  expect(reloadTls.mock.calls.length).toBe(calls + 1);
});

it('logs an expired certificate as an error', async () => {
  const { clock, events } = await watched(0.5);
  clock.advance(DAY);
  expect(events()).toMatchObject([
    { event: 'tls.expiring', level: 'warn' },
    { event: 'tls.expiring', level: 'error', msg: expect.stringContaining('has expired') },
  ]);
});

it('logs an error if the new files cannot be used, keeps the certificate in service, and repeats the error daily', async () => {
  const { clock, watch, reloadTls, events } = await watched(90);
  const problem = {
    event: 'tls.problem',
    level: 'error',
    msg: 'TLS file x cannot be read; the certificate in service stays',
  };
  reloadTls.mockRejectedValue(new Error('TLS file x cannot be read'));
  await watch.reload();
  expect(events()).toMatchObject([problem]);
  clock.advance(DAY);
  await watch.reload();
  // One for the day that has passed, and one for the call of `reload`.
  expect(events()).toMatchObject([problem, problem, problem]);
  reloadTls.mockResolvedValue({ isChanged: true, expiresAt: 90 * DAY });
  await watch.reload();
  clock.advance(DAY);
  await watch.reload();
  expect(
    events()
      .slice(3)
      .map(({ event }) => event),
  ).not.toContain('tls.problem');
});

it('reads nothing while the server drains', async () => {
  const { watch, state, reloadTls } = await watched(90);
  const calls = reloadTls.mock.calls.length;
  state.isDraining = true;
  await watch.reload();
  expect(reloadTls.mock.calls.length).toBe(calls);
});
