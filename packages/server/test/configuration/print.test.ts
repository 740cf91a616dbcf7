/** `--print-config` prints every key with its value and its source, and never a secret. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { settings } from '../../src/configuration/keys.ts';
import { parseOptions } from '../../src/options.ts';

beforeEach(() => {
  for (const name of Object.keys(process.env)) if (name.startsWith('SALLYPORT_')) vi.stubEnv(name, undefined);
});
afterEach(() => {
  vi.unstubAllEnvs();
});

function linesOf(...args: string[]): readonly string[] {
  const parsed = parseOptions({ name: 'sallyport-ws', library: 'ws' }, ['--print-config', ...args]);
  if ('options' in parsed) throw new Error('prints nothing');
  return parsed.print.split('\n').map((line) => line.replace(/ {2,}/g, ' | '));
}

it('--print-config prints each key, its value and its source', () => {
  vi.stubEnv('SALLYPORT_LOG_LEVEL', 'warn');
  const lines = linesOf('--port', '6000', '--token-jwks-url', 'https://a.example/keys');
  expect(lines).toHaveLength(Object.keys(settings).length + 1);
  expect(lines).toContain('port | 6000 | --port');
  expect(lines).toContain('logLevel | "warn" | SALLYPORT_LOG_LEVEL');
  expect(lines).toContain('host | "127.0.0.1" | default');
  expect(lines).toContain('users | - | default');
  expect(lines).toContain('tokenJwksUrl | "https://a.example/keys" | --token-jwks-url');
});

it('--print-config masks the password and the query of a URL', () => {
  const lines = linesOf('--token-jwks-url', 'https://me:hunter2@a.example/keys?key=hunter3').join('\n');
  expect(lines).toContain('"https://me:***@a.example/keys?***"');
  expect(lines).not.toContain('hunter');
});
