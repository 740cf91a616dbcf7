/** Timeouts and failures of the drain, with a simulated process. `binaries.test.ts` drains real processes. */
import { createSessions } from '@sallyport/core';
import { systemClock } from '@sallyport/ws';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { authenticateDemoUser } from '../src/demo-user.ts';
import { createLogger } from '../src/logging.ts';
import { drainOnSignals } from '../src/shutdown.ts';

type Handler = (...details: unknown[]) => void;

const handlers = new Map<string | symbol, Handler>();
const exit = vi.fn<typeof process.exit>();

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubEnv('npm_lifecycle_event', undefined);
  handlers.clear();
  exit.mockReset();
  vi.spyOn(process, 'on').mockImplementation((name, handler) => {
    handlers.set(name, handler as Handler);
    return process;
  });
  vi.spyOn(process, 'exit').mockImplementation(exit);
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

function begin(close: () => Promise<void>, flushed = () => Promise.resolve()) {
  const lines: string[] = [];
  const log = createLogger('info', { write: (line: string) => void lines.push(line) });
  const sessions = createSessions({ authenticate: authenticateDemoUser, clock: systemClock });
  const listening = {
    host: '127.0.0.1',
    port: 1,
    url: 'ws://127.0.0.1:1',
    close,
    reloadTls: vi.fn(),
    stopListening: vi.fn(),
  };
  const reload = vi.fn();
  const terminal = { isLost: false };
  const hooks = { reload, drained: async () => {}, beforeEnd() {} };
  const shutdown = drainOnSignals(listening, sessions, { log, flushed }, hooks, () => terminal.isLost);
  return { shutdown, reload, terminal, events: () => lines.map((line) => JSON.parse(line)) };
}

const never = () => new Promise<void>(() => {});
const emit = (name: string, ...details: unknown[]) => handlers.get(name)?.(...details);

it('S2: exits after 10 s, even if the drain hangs', async () => {
  const { shutdown, events } = begin(never);
  expect(shutdown.isDraining).toBe(false);
  emit('SIGTERM', 'SIGTERM');
  expect(shutdown.isDraining).toBe(true);
  await vi.advanceTimersByTimeAsync(9_999);
  expect(exit).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  expect(exit).toHaveBeenCalledExactlyOnceWith(0);
  expect(events()).toMatchObject([{ event: 'drain.began' }, { event: 'drain.timedOut', sessions: 0 }]);
});

it('waits for the last log line before it exits', async () => {
  let flush = () => {};
  const flushed = new Promise<void>((resolve) => {
    flush = resolve;
  });
  const { events } = begin(
    () => Promise.resolve(),
    () => flushed,
  );
  emit('SIGTERM', 'SIGTERM');
  await vi.advanceTimersByTimeAsync(0);
  expect(events()[1]).toMatchObject({ event: 'drain.ended' });
  expect(exit).not.toHaveBeenCalled();
  flush();
  await vi.advanceTimersByTimeAsync(0);
  expect(exit).toHaveBeenCalledExactlyOnceWith(0);
});

it('exits with 1 if the drain fails', async () => {
  const { events } = begin(() => Promise.reject(new Error('stuck')));
  emit('SIGINT', 'SIGINT');
  await vi.advanceTimersByTimeAsync(0);
  expect(exit).toHaveBeenCalledExactlyOnceWith(1);
  expect(events()[1]).toMatchObject({ event: 'drain.failed', level: 'fatal', err: { message: 'stuck' } });
});

it('S14: drains once, even after several uncaught exceptions, and exits with 1', async () => {
  const close = vi.fn(() => new Promise<void>((resolve) => void setTimeout(resolve, 100)));
  const { events } = begin(close);
  emit('SIGTERM', 'SIGTERM');
  emit('uncaughtException', new Error('first'), 'uncaughtException');
  emit('uncaughtException', new Error('second'), 'unhandledRejection');
  await vi.advanceTimersByTimeAsync(100);
  expect(close).toHaveBeenCalledOnce();
  expect(exit).toHaveBeenCalledExactlyOnceWith(1);
  expect(events().filter(({ event }) => event === 'uncaught')).toHaveLength(2);
});

it('S3: counts two signals within 500 ms as one, only under a package manager', async () => {
  vi.stubEnv('npm_lifecycle_event', 'start');
  begin(never);
  emit('SIGINT', 'SIGINT');
  await vi.advanceTimersByTimeAsync(1);
  emit('SIGTERM', 'SIGTERM');
  expect(exit).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(600);
  emit('SIGINT', 'SIGINT');
  expect(exit).toHaveBeenCalledExactlyOnceWith(130);
});

it('reloads files at SIGHUP, and drains only if the terminal is lost', () => {
  const { reload, terminal, events } = begin(never);
  emit('SIGHUP', 'SIGHUP');
  emit('SIGHUP', 'SIGHUP');
  expect(reload).toHaveBeenCalledTimes(2);
  expect(events()).toEqual([]);
  terminal.isLost = true;
  emit('SIGHUP', 'SIGHUP');
  expect(events()).toMatchObject([{ event: 'drain.began', signal: 'SIGHUP' }]);
  expect(exit).not.toHaveBeenCalled();
});

it('ignores SIGHUP while it drains', () => {
  const { reload } = begin(never);
  emit('SIGTERM', 'SIGTERM');
  emit('SIGHUP', 'SIGHUP');
  expect(reload).not.toHaveBeenCalled();
  expect(exit).not.toHaveBeenCalled();
});
