/** `--log-format`, and a disk that takes no line of the log. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, openSync } from 'node:fs';
import { canary } from '@sallyport/core/testing/canary';
import { freePort } from '@sallyport/test-fixtures/free-port';
import { describe, expect, it, vi } from 'vitest';
import { binaries, Running } from './binary.ts';
import { Client } from './client.ts';
import { errorOf, optionsOf } from './parsed-options.ts';

it('--log-format takes json or pretty, and nothing else', () => {
  expect(optionsOf().logFormat).toBeUndefined();
  expect(optionsOf('--log-format', 'json').logFormat).toBe('json');
  expect(errorOf('--log-format', 'xml')).toContain('Allowed choices are json, pretty.');
});

describe.each(binaries.map((binary) => [binary.name, binary] as const))('%s', (_name, binary) => {
  describe.skipIf(binary.unusable)('the log', () => {
    it('with --log-format pretty is readable in a pipe, and hostile names stay escaped', async () => {
      const server = new Running(binary, ['--port', '0', '--log-format', 'pretty']);
      const url = await vi.waitFor(() => {
        const found = /listening on (ws:\S+)/.exec(server.stdout);
        if (!found) throw new Error('not yet');
        return found[1] as string;
      }, 60_000);
      const client = new Client(`${url}?token=${canary.token}`, { headers: { cookie: canary.token } });
      await client.opened;
      await client.ask(`ev\u202eil:${canary.password}`);
      client.socket.close();
      await client.closed;
      const { stdout } = await server.stop();
      expect(stdout).toMatch(/INFO.*: credentials refused/);
      expect(stdout).toContain('ev\\u{202e}il');
      expect(stdout).not.toMatch(/^\{/m);
      for (const character of ['\u001b', '\u202e']) expect(stdout).not.toContain(character);
    });

    it.skipIf(!existsSync('/dev/full'))('onto a full disk loses lines, and sessions go on', async () => {
      const port = await freePort();
      const full = openSync('/dev/full', 'w');
      const args = [binary.file, '--port', String(port), '--log-level', 'trace'];
      const server = spawn(process.execPath, args, { stdio: ['ignore', full, 'pipe'] });
      const ended = once(server, 'exit');
      const client = await vi.waitFor(() => Client.signedIn(`ws://127.0.0.1:${port}`), 60_000);
      for (let count = 0; count < 20; count += 1)
        expect(await client.ask('hello')).toBe('your submit context: hello');
      client.socket.close();
      server.kill('SIGTERM');
      expect(await ended).toEqual([0, null]);
    });
  });
});
