/** SIGHUP reads the configuration file again: level, origins and some limits take effect, and the log names what needs a restart. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSessions, refuse, type Sessions } from '@sallyport/core';
import { SimulatedClock } from '@sallyport/core/testing';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { reloadConfiguration } from '../../src/configuration/reload.ts';
import { createLogger } from '../../src/logging.ts';
import { parseOptions } from '../../src/options.ts';

let folder: string;
let file: string;
let lines: string[];
beforeEach(() => {
  for (const name of Object.keys(process.env)) if (name.startsWith('SALLYPORT_')) vi.stubEnv(name, undefined);
  folder = mkdtempSync(join(tmpdir(), 'sallyport-reload-'));
  file = join(folder, 'sallyport.json');
  lines = [];
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

/** A server that started with this file: its log, and its reload. */
function started(content: object, ...args: string[]) {
  writeFileSync(file, JSON.stringify(content));
  const parse = () => parseOptions({ name: 'sallyport-ws', library: 'ws' }, ['--config', file, ...args]);
  const parsed = parse();
  if ('print' in parsed) throw new Error(parsed.print);
  const log = createLogger(parsed.options.logLevel, { write: (line) => void lines.push(line) });
  const sessions: Sessions = createSessions({
    authenticate: () => refuse(),
    clock: new SimulatedClock(),
    origins: parsed.options.allowOrigin,
    limits: parsed.options.limits,
  });
  const reload = reloadConfiguration(parsed.configuration, parse, sessions, log);
  return {
    log,
    sessions,
    reload(next: object | string) {
      lines.length = 0;
      writeFileSync(file, typeof next === 'string' ? next : JSON.stringify(next));
      reload();
      return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    },
  };
}

it('a new log level takes effect at once, in both directions', () => {
  const server = started({ logLevel: 'info' });
  expect(server.reload({ logLevel: 'debug' })).toMatchObject([
    { event: 'configuration.changed', key: 'logLevel', value: 'debug' },
  ]);
  expect(server.log.level).toBe('debug');
  expect(server.reload({})).toMatchObject([{ event: 'configuration.changed', value: 'info' }]);
  expect(server.reload({})).toEqual([]);
});

it('the level trace needs a restart', () => {
  const server = started({});
  expect(server.reload({ logLevel: 'trace' })).toMatchObject([
    { event: 'configuration.needsRestart', keys: ['logLevel'] },
  ]);
  expect(server.log.level).toBe('info');
});

it('what needs a restart is named at each reload, compared with the start', () => {
  const server = started({ port: 1, attempts: 3 });
  const keys = ['port', 'messageSize'];
  const next = { port: 2, attempts: 3, messageSize: 5 };
  for (let time = 0; time < 2; time += 1)
    expect(server.reload(next)).toMatchObject([{ event: 'configuration.needsRestart', keys }]);
  expect(server.reload({ port: 1, attempts: 3 })).toEqual([]);
});

const upgrade = {
  address: '192.0.2.1',
  host: 'chat.example',
  protocols: undefined,
  version: '13',
  origin: 'https://a.example',
};

it('new origins take effect at once, and the log has them', () => {
  const { reload, sessions } = started({});
  expect(sessions.admit(upgrade)).toMatchObject({ status: 403 });
  expect(reload({ allowOrigin: [upgrade.origin] })).toMatchObject([
    { event: 'configuration.changed', key: 'allowOrigin', value: [upgrade.origin] },
  ]);
  expect(sessions.admit(upgrade)).toHaveProperty('protocol');
  expect(reload({})).toMatchObject([{ event: 'configuration.changed', key: 'allowOrigin', value: [] }]);
  expect(sessions.admit(upgrade)).toMatchObject({ status: 403 });
});

it('new limits take effect at once, in the units of core, and absent ones have their default again', () => {
  const { reload, sessions } = started({ idleTime: 60, maxUnauthenticated: 10 });
  const next = { signInTime: 5, messageRate: 2, messageBurst: 3, maxPerSource: 4, maxUnauthenticated: 21 };
  const lines = reload(next);
  expect(lines.map(({ event, key, value }) => [event, key, value])).toEqual([
    ['configuration.changed', 'maxUnauthenticated', 21],
    ['configuration.changed', 'maxPerSource', 4],
    ['configuration.changed', 'signInTime', 5],
    ['configuration.changed', 'messageRate', 2],
    ['configuration.changed', 'messageBurst', 3],
    ['configuration.changed', 'idleTime', undefined],
  ]);
  expect(lines.at(-1)).toMatchObject({ msg: 'idleTime has its default again' });
  expect(sessions.limits).toMatchObject({
    authenticationMs: 5_000,
    messagesPerSecond: 2,
    burst: 3,
    unauthenticatedPerSource: 4,
    unauthenticatedSessions: 21,
    earlyRefusalSessions: 11,
    idleMs: Number.POSITIVE_INFINITY,
  });
  expect(reload(next)).toEqual([]);
});

it('origins that core refuses change nothing, neither of the limits nor of the level', () => {
  const { reload, sessions, log } = started({ signInTime: 7 });
  sessions.requestReader({ credentials: { cookie: 'sid' } }, true);
  expect(reload({ allowOrigin: ['null'], signInTime: 5, logLevel: 'debug' })).toMatchObject([
    { event: 'configuration.problem', msg: expect.stringContaining('credentials.cookie cannot be used') },
  ]);
  expect([sessions.limits.authenticationMs, log.level]).toEqual([7_000, 'info']);
  expect(reload({ signInTime: 7 })).toEqual([]);
});

it('a key that a flag overrides needs no restart', () => {
  expect(started({ port: 1 }, '--port', '3').reload({ port: 2 })).toEqual([]);
});

it.each([['{'], [{ port: 'x' }], [{ messageBurst: 1 }]])(
  'a wrong file, %j, changes nothing and is logged',
  (content) => {
    const server = started({ logLevel: 'info' });
    expect(server.reload(content)).toMatchObject([{ level: 'error', event: 'configuration.problem' }]);
    expect(server.reload({ logLevel: 'warn' })).toEqual([]);
    expect(server.log.level).toBe('warn');
  },
);
