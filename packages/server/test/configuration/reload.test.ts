/** SIGHUP reads the configuration file again: a new level takes effect, and the log names what needs a restart. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
  const reload = reloadConfiguration(parsed.configuration, parse, log);
  return {
    log,
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
  const keys = ['port', 'allowOrigin'];
  const next = { port: 2, attempts: 3, allowOrigin: ['https://a.example'] };
  for (let time = 0; time < 2; time += 1)
    expect(server.reload(next)).toMatchObject([{ event: 'configuration.needsRestart', keys }]);
  expect(server.reload({ port: 1, attempts: 3 })).toEqual([]);
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
