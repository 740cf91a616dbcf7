/** What happens to both binaries in service: a kill, a wrong place to listen on, and clients of TLS that do not speak TLS. */
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cert, key } from '@sallyport/conformance/serving';
import { freePort } from '@sallyport/test-fixtures/free-port';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { binaries, Running } from './binary.ts';
import { Client } from './client.ts';

let folder: string;
const started: Running[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sallyport-'));
});
afterEach(async () => {
  await Promise.all(started.splice(0).map((server) => server.stop()));
  rmSync(folder, { recursive: true, force: true });
});

function fileOf(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content, { mode: 0o600 });
  return path;
}

describe.each(binaries.map((binary) => [binary.name, binary] as const))('%s', (name, binary) => {
  const run = (...args: string[]) => {
    const server = new Running(binary, args);
    started.push(server);
    return server;
  };

  describe.skipIf(binary.unusable)('in service', () => {
    it('S4: a kill cuts the clients with 1006, and the next start gets the same port at once', async () => {
      // With --port 0 uWebSockets.js does not set SO_REUSEADDR, and then the port stays taken for a minute.
      const port = await freePort();
      const first = run('--port', `${port}`);
      const { url } = await first.listening();
      const client = await Client.signedIn(url);
      first.process.kill('SIGKILL');
      expect((await client.closed).code).toBe(1006);
      expect(await first.ended).toMatchObject({ code: null, signal: 'SIGKILL' });
      await run('--port', `${port}`).listening();
      expect((await Client.signedIn(url)).heard[0]).toMatch(/^congratulation/);
    });

    it('S4: a kill leaves a Unix socket behind, and the next start takes its place', async () => {
      const path = join(folder, 'socket');
      const first = run('--host', `unix:${path}`);
      await first.listening();
      first.process.kill('SIGKILL');
      await first.ended;
      await run('--host', `unix:${path}`).listening();
      expect((await Client.signedIn(`ws+unix:${path}:/`)).heard[0]).toMatch(/^congratulation/);
    });

    it.each([
      ['a socket in a folder that is missing', () => ['--host', `unix:${join(folder, 'absent', 'socket')}`]],
      [
        'an address that this machine does not have',
        () => ['--host', '192.0.2.1', '--insecure', '--users', fileOf('users', '')],
      ],
    ])('S7: does not start on %s, and names the option and its value in one line', async (_, args) => {
      const [option = '', value = '', ...rest] = args();
      const { code, stdout, stderr } = await run(option, value, '--port', '0', ...rest).ended;
      expect([code, stdout, stderr.split('\n').length]).toEqual([2, '', 2]);
      expect(stderr).toContain(`${name}: `);
      expect(stderr).toContain(value.replace(/^unix:/, ''));
    });

    it('S12: closes plain HTTP on a port with TLS without an answer, and logs nothing of it', async () => {
      const server = run('--port', '0', '--tls-cert', fileOf('cert', cert), '--tls-key', fileOf('key', key));
      const { port } = await server.listening();
      const socket = connect(port, '127.0.0.1');
      let answer = '';
      socket.on('data', (chunk) => {
        answer += String(chunk);
      });
      socket.on('error', () => {});
      socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
      await once(socket, 'close');
      // A TLS alert may come; an HTTP answer must not.
      expect(answer).not.toContain('HTTP');
      const client = new Client(`wss://127.0.0.1:${port}`, { rejectUnauthorized: false });
      await client.opened;
      expect(await client.ask('admin:123456')).toMatch(/^congratulation/);
      const { stdout } = await server.stop();
      const events = stdout
        .trim()
        .split('\n')
        .map((line) => (JSON.parse(line) as { event: string }).event);
      expect(events.filter((event) => /fault|problem|error/.test(event))).toEqual([]);
    });

    it.skipIf(name === 'sallyport-uws')(
      'S13: cuts a client of TLS that says nothing, after 10 s',
      async () => {
        const server = run(
          '--port',
          '0',
          '--tls-cert',
          fileOf('cert', cert),
          '--tls-key',
          fileOf('key', key),
        );
        const { port } = await server.listening();
        const startedAt = performance.now();
        const socket = connect(port, '127.0.0.1').on('error', () => {});
        socket.resume();
        await once(socket, 'close');
        expect(performance.now() - startedAt).toBeGreaterThan(9_000);
      },
    );
  });
});
