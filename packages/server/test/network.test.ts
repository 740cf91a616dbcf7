/** TLS, trusted proxies and --newest-sign-in-wins with both binaries. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cert, expiredCert, key, otherKey } from '@sallyport/conformance/serving';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { binaries, Running } from './binary.ts';
import { Client } from './client.ts';
import { runInProcess } from './in-process.ts';

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

describe.each(binaries.map((binary) => [binary.name, binary] as const))('%s', (_name, binary) => {
  const run = (...args: string[]) => {
    const server = new Running(binary, ['--port', '0', ...args]);
    started.push(server);
    return server;
  };

  describe.skipIf(binary.unusable)('the server', () => {
    it('A43: serves wss: with a certificate and its key, and warns only about the demo user', async () => {
      const server = run('--tls-cert', fileOf('cert', cert), '--tls-key', fileOf('key', key));
      const { url } = await server.listening();
      expect(url).toMatch(/^wss:\/\/127\.0\.0\.1:\d+$/);
      const client = new Client(url, { ca: cert });
      await client.opened;
      expect(await client.ask('admin:123456')).toMatch(/^congratulation/);
      client.socket.close();
      expect((await server.stop()).stdout.match(/"warn"/g)).toHaveLength(1);
    });

    it('serves a renewed certificate to new connections, on change and on SIGHUP', async () => {
      const [certFile, keyFile] = [fileOf('cert', cert), fileOf('key', key)];
      const server = run('--tls-cert', certFile, '--tls-key', keyFile);
      const { url } = await server.listening();
      const before = new Client(url, { ca: cert });
      await before.opened;
      writeFileSync(certFile, `${cert}\n# renewed\n`);
      server.process.kill('SIGHUP');
      await server.event('reload.ended');
      expect(await server.event('tls.changed')).toMatchObject({ level: 'info', file: certFile });
      const after = new Client(url, { ca: cert });
      await after.opened;
      expect(await before.ask('admin:123456')).toMatch(/^congratulation/);
      writeFileSync(certFile, 'broken');
      await server.event('tls.problem', { level: 'error', file: certFile });
      before.socket.close();
      after.socket.close();
    });

    it('listens on a Unix socket', async () => {
      const server = run('--host', `unix:${join(folder, 'socket')}`);
      expect(await server.listening()).toMatchObject({ port: 0 });
      const client = new Client(`ws+unix:${join(folder, 'socket')}:/`);
      await client.opened;
      expect(await client.ask('admin:123456')).toMatch(/^congratulation/);
      client.socket.close();
    });

    it('ignores SALLYPORT_PORT of a Kubernetes Service, with a warning', async () => {
      const server = new Running(binary, ['--log-level', 'info'], { SALLYPORT_PORT: 'tcp://10.0.0.7:5678' });
      started.push(server);
      // The default port may be in use on this machine: then the message names it.
      const outcome = await Promise.race([server.event('variable.ignored'), server.ended]);
      if ('code' in outcome) expect(outcome.stderr).toContain('--port 5678: the port is in use');
      else expect(outcome).toMatchObject({ level: 'warn', variable: 'SALLYPORT_PORT' });
    });

    it.each([
      ['a missing certificate', '/no/such', () => fileOf('key', key), /TLS file \/no\/such cannot be read/],
      [
        'a key of another certificate',
        () => fileOf('cert', cert),
        () => fileOf('key', otherKey),
        /does not belong to the key/,
      ],
      [
        'a certificate in place of the key',
        () => fileOf('cert', cert),
        () => fileOf('key', cert),
        /key holds no private key/,
      ],
      [
        'an expired certificate',
        () => fileOf('cert', expiredCert),
        () => fileOf('key', key),
        /cert (expired|does not belong)/,
      ],
      ['a folder', () => folder, () => fileOf('key', key), /cannot be read/],
    ])(
      'S11: does not start with %s, and names the file in one line',
      async (_, certFile, keyFile, message) => {
        const args = [certFile, keyFile].map((file) => (typeof file === 'string' ? file : file()));
        const { code, stdout, stderr } = await runInProcess(binary.name, [
          '--port',
          '0',
          '--tls-cert',
          `${args[0]}`,
          '--tls-key',
          `${args[1]}`,
        ]);
        expect([code, stdout, stderr.split('\n').length]).toEqual([2, '', 2]);
        expect(stderr).toMatch(message);
      },
    );

    it('A39: reads X-Forwarded-For from a trusted proxy', async () => {
      const server = run('--trusted-proxy', '127.0.0.0/8', '--log-level', 'debug');
      const { url } = await server.listening();
      const client = new Client(url, { headers: { 'X-Forwarded-For': '198.51.100.1, 203.0.113.9' } });
      await client.opened;
      await server.event('session.opened', { peer: '203.0.113.9' });
      client.socket.close();
    });

    it('A39, S10: does not start with an invalid proxy address', async () => {
      const { code, stderr } = await runInProcess(binary.name, ['--trusted-proxy', '127.0.0.1,10.0.0']);
      expect([code, stderr]).toEqual([
        2,
        `${binary.name}: --trusted-proxy must be addresses or networks, such as 192.0.2.1 or 10.0.0.0/8, or unix: for a Unix socket, not "10.0.0"\n`,
      ]);
    });

    it('A30, E2: ends the older session of a user and a client that floods, if configured so', async () => {
      const { url } = await run(
        '--newest-sign-in-wins',
        '--message-rate',
        '1',
        '--message-burst',
        '5',
      ).listening();
      const [older, newer] = [await Client.signedIn(url), await Client.signedIn(url)];
      expect(await older.closed).toEqual({ code: 4409, reason: 'signed in elsewhere' });
      for (let i = 0; i < 100; i += 1) newer.socket.send('flood');
      expect(await newer.closed).toEqual({ code: 4429, reason: 'too many messages' });
    });
  });
});
