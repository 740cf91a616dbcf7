/** The admin listener of both binaries. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
