/** The admin listener of both binaries. */
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cert, key } from '@sallyport/conformance/serving';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { binaries, Running } from './binary.ts';
import { Client } from './client.ts';

let folder: string;
const started: Running[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sallyport-admin-'));
});
afterEach(async () => {
  await Promise.all(started.splice(0).map((server) => server.stop()));
  rmSync(folder, { recursive: true, force: true });
});

describe.each(binaries.map((binary) => [binary.name, binary] as const))('%s', (_name, binary) => {
  async function start(...args: string[]) {
    const server = new Running(binary, ['--port', '0', '--admin-port', '0', ...args]);
    started.push(server);
    const { url } = await server.listening();
    return { server, url, admin: String((await server.event('admin.listening'))['url']) };
  }

  describe.skipIf(binary.unusable)('the admin listener', () => {
    it('lists sessions, closes one, revokes a user, and counts all of it', async () => {
      const { url, admin } = await start();
      const [one, other] = [new Client(url), new Client(url)];
      for (const client of [one, other]) {
        await client.opened;
        expect(await client.ask('admin:123456')).toMatch(/^congratulation/);
      }
      const { sessions } = (await (await fetch(`${admin}/sessions?user=admin`)).json()) as {
        sessions: { id: number; state: string }[];
      };
      expect(sessions.map(({ state }) => state)).toEqual(['established.steady', 'established.steady']);
      expect((await fetch(`${admin}/sessions/${sessions[0]?.id}`, { method: 'DELETE' })).status).toBe(200);
      expect(await one.closed).toMatchObject({ code: 1000 });
      expect((await fetch(`${admin}/users/admin/revoke`, { method: 'POST' })).status).toBe(200);
      expect(await other.closed).toMatchObject({ code: 4403 });
      // A client can see its connection closed before the server does.
      const metrics = await vi.waitFor(async () => {
        const text = await (await fetch(`${admin}/metrics`)).text();
        expect(text).toMatch(/sallyport_sessions_ended_total\{reason="\w+",code="4403"\} 1\n/);
        return text;
      }, 30_000);
      expect(metrics).toContain('sallyport_authenticated_total 2\n');
      expect(metrics).toContain('sallyport_sign_in_seconds_count{outcome="accepted"} 2\n');
      expect(metrics).toContain('nodejs_eventloop_lag_p99_seconds');
    });

    it('S1: is ready, and not ready any more while the server drains', async () => {
      const { server, url, admin } = await start();
      expect(await (await fetch(`${admin}/readyz`)).json()).toEqual({
        status: 'ready',
        checks: { server: 'ok', certificate: 'ok' },
      });
      const client = new Client(url);
      await client.opened;
      // A client that does not answer the close frame keeps the drain going.
      client.socket.pause();
      server.process.kill('SIGTERM');
      await server.event('drain.began');
      const response = await fetch(`${admin}/readyz`);
      expect(response.status).toBe(503);
      expect(await response.json()).toMatchObject({ checks: { server: 'draining' } });
      expect((await fetch(`${admin}/healthz`)).status).toBe(200);
      client.socket.resume();
    });

    it('S23: requires the token of its file, and never logs it', async () => {
      const token = '0123456789abcdef0123456789abcdef';
      const file = join(folder, 'token');
      writeFileSync(file, `${token}\n`, { mode: 0o600 });
      const { server, admin } = await start('--admin-token-file', file);
      expect((await fetch(`${admin}/sessions`)).status).toBe(401);
      const headers = { authorization: `Bearer ${token}` };
      expect((await fetch(`${admin}/sessions`, { headers })).status).toBe(200);
      expect(server.stdout).not.toContain(token);
    });

    it('serves the live view, and the steps of a session while it is open', async () => {
      const { url, admin } = await start('--inspect-payloads');
      const html = await (await fetch(`${admin}/`)).text();
      expect(html).toContain('<title>Sallyport live</title>');
      const script = /src="([^"]+)"/.exec(html)?.[1];
      expect((await fetch(`${admin}/${script}`)).headers.get('content-type')).toContain('javascript');
      const client = await Client.signedIn(url);
      const id = ((await (await fetch(`${admin}/sessions`)).json()) as { sessions: { id: number }[] })
        .sessions[0]?.id;
      const read = async (path: string) => (await (await fetch(`${admin}/${path}`)).json()) as object;
      await read(`live/sessions/${id}`);
      await client.ask('between us');
      expect(await read(`live/sessions/${id}`)).toMatchObject({
        session: { user: 'admin', state: 'established.steady' },
        steps: [
          { fact: { type: 'message.received', message: { kind: 'text', bytes: 10 } }, payload: 'between us' },
          { command: { type: 'deliver' }, payload: 'between us' },
        ],
      });
      client.socket.close(1000);
      await vi.waitFor(
        async () =>
          expect(await read('live')).toMatchObject({
            sessions: 0,
            ends: [{ id, user: 'admin', code: 1000 }],
          }),
        30_000,
      );
    });

    it('warns that the live view shows payloads', async () => {
      const { server } = await start('--inspect-payloads');
      expect(await server.event('admin.payloads')).toMatchObject({ level: 'warn' });
    });

    it('counts the lines that a recording has lost, and has no expiry without a certificate', async () => {
      const { admin } = await start('--record', join(folder, 'sessions.ndjson'));
      const metrics = await (await fetch(`${admin}/metrics`)).text();
      expect(metrics).toContain('sallyport_recording_lost_lines_total 0\n');
      expect(metrics).not.toMatch(/^sallyport_certificate_expiry_timestamp_seconds \d/m);
    });

    it('has the expiry of the certificate among the metrics', async () => {
      const files = { '--tls-cert': cert, '--tls-key': key };
      const args = Object.entries(files).flatMap(([flag, pem]) => {
        const path = join(folder, flag.slice(2));
        writeFileSync(path, pem, { mode: 0o600 });
        return [flag, path];
      });
      const { admin } = await start(...args);
      const expiry = new X509Certificate(cert).validTo;
      await vi.waitFor(async () => {
        const metrics = await (await fetch(`${admin}/metrics`)).text();
        const [, seconds] = /^sallyport_certificate_expiry_timestamp_seconds (\S+)$/m.exec(metrics) ?? [];
        expect(Number(seconds)).toBe(Date.parse(expiry) / 1_000);
      }, 30_000);
    });

    it('SIGHUP: new origins and limits take effect, and the log names them and what needs a restart', async () => {
      const file = join(folder, 'sallyport.json');
      writeFileSync(file, '{}');
      const { server, url, admin } = await start('--config', file);
      const origin = 'https://app.example';
      await expect(new Client(url, { origin }).opened).rejects.toThrow('403');
      writeFileSync(
        file,
        JSON.stringify({ allowOrigin: [origin], messageRate: 1, messageBurst: 2, attempts: 2 }),
      );
      server.process.kill('SIGHUP');
      await server.event('reload.ended');
      const changed = server.events.filter(({ event }) => event === 'configuration.changed');
      expect(changed.map(({ key, value }) => [key, value])).toEqual([
        ['allowOrigin', [origin]],
        ['messageRate', 1],
        ['messageBurst', 2],
      ]);
      expect(await server.event('configuration.needsRestart')).toMatchObject({ keys: ['attempts'] });
      const client = new Client(url, { origin });
      await client.opened;
      expect(await client.ask('admin:123456')).toMatch(/^congratulation/);
      for (let one = 0; one < 20; one += 1) client.socket.send('hello');
      expect(await client.closed).toMatchObject({ code: 4429 });
      expect(await (await fetch(`${admin}/metrics`)).text()).toContain('sallyport_limit{limit="burst"} 2\n');
    });

    it('S6: on a port in use is refused in one line, and the server does not listen', async () => {
      const { admin } = await start();
      const { port } = new URL(admin);
      const second = new Running(binary, ['--port', '0', '--admin-port', port]);
      const { code, stderr, stdout } = await second.ended;
      expect(code).toBe(2);
      expect(stderr).toBe(
        `${binary.name}: --admin-port ${port}: another program uses this port; choose another one, or 0 for a free one\n`,
      );
      expect(stdout).not.toContain('"listening"');
    });
  });
});
