/** The admin listener of both binaries with workers: the parent answers for all of them. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { binaries } from '../binary.ts';
import { LONG_MS, WorkerServer } from './worker-server.ts';

interface Sessions {
  readonly sessions: readonly { readonly id: string; readonly user?: string }[];
  readonly matching: number;
  readonly next?: string;
}

const started: WorkerServer[] = [];
afterEach(async () => {
  await Promise.all(started.splice(0).map((server) => server.stop()));
});

describe.each(binaries)('the admin listener of $name --workers', (binary) => {
  async function start() {
    const server = new WorkerServer(binary, 2, '--port', '0', '--admin-port', '0');
    started.push(server);
    await server.listening();
    const { url } = await server.event('admin.listening');
    expect(server.all('admin.listening')).toHaveLength(1);
    const ask = async (method: string, path: string, body?: object) => {
      const response = await fetch(`${url}${path}`, {
        method,
        headers: body ? { 'content-type': 'application/json' } : {},
        ...(body && { body: JSON.stringify(body) }),
      });
      return { status: response.status, content: await response.text() };
    };
    const read = async <Content>(path: string) => JSON.parse((await ask('GET', path)).content) as Content;
    const metric = async (name: string) => {
      const { content } = await ask('GET', '/metrics');
      const line = content.split('\n').find((one) => one.startsWith(`${name} `));
      return line === undefined ? undefined : Number(line.slice(name.length + 1));
    };
    return { server, ask, read, metric };
  }

  it.skipIf(binary.unusable)(
    'lists the sessions of all workers in pages, closes one, and revokes a user',
    async () => {
      const { server, ask, read } = await start();
      const [one, other] = await server.onTwoWorkers();
      // The clients that were closed on the way may still be there.
      const { sessions } = await vi.waitFor(async () => {
        const all = await read<Sessions>('/sessions');
        expect(all.matching).toBe(2);
        return all;
      }, LONG_MS);
      expect(sessions.map(({ id }) => Number(id.split('-')[0])).sort()).toEqual(
        [one.worker, other.worker].sort(),
      );
      const first = await read<Sessions>('/sessions?limit=1');
      expect(first).toEqual({ sessions: [sessions[0]], matching: 2, next: sessions[0]?.id });
      expect(await read<Sessions>(`/sessions?limit=1&after=${first.next}`)).toEqual({
        sessions: [sessions[1]],
        matching: 1,
      });
      const ofOther = sessions.find(({ id }) => id.startsWith(`${other.worker}-`))?.id;
      expect((await ask('DELETE', `/sessions/${ofOther}`)).status).toBe(200);
      expect(await other.client.client.closed).toMatchObject({ code: 1000 });
      expect((await ask('DELETE', `/sessions/${ofOther}`)).status).toBe(404);
      expect(await ask('POST', '/users/admin/revoke')).toMatchObject({
        status: 200,
        content: '{"user":"admin","revoked":1,"outcome":"everywhere"}\n',
      });
      expect(await one.client.client.closed).toMatchObject({ code: 4403 });
    },
  );

  it.skipIf(binary.unusable)(
    'publishes to the subscribers at all workers, and lists a channel once',
    async () => {
      const { server, ask, read } = await start();
      const both = await server.onTwoWorkers();
      for (const { client } of both) await client.ask({ type: 'subscribe', channel: 'demo:room' });
      expect(await ask('POST', '/channels/demo%3Aroom/publish', { data: 'all' })).toMatchObject({
        status: 200,
      });
      for (const { client } of both) expect(await client.heard('publication')).toMatchObject({ data: 'all' });
      expect(await read('/channels')).toMatchObject({
        channels: [{ channel: 'demo:room', subscribers: 2 }],
        followed: 1,
      });
    },
  );

  it.skipIf(binary.unusable)('adds up the metrics, and a worker that ends takes nothing away', async () => {
    const { server, metric } = await start();
    await server.onTwoWorkers();
    const signIns = server.all('session.authenticated').length;
    await vi.waitFor(
      async () => expect(await metric('sallyport_authenticated_total')).toBe(signIns),
      LONG_MS,
    );
    expect(await metric('sallyport_workers')).toBe(2);
    expect(await metric('sallyport_workers_ended_total')).toBe(0);
    await server.killWorker(1);
    await server.event('worker.listening', { worker: 3 });
    expect(await metric('sallyport_workers')).toBe(2);
    expect(await metric('sallyport_workers_ended_total')).toBe(1);
    expect(await metric('sallyport_authenticated_total')).toBe(signIns);
    server.process.kill('SIGUSR2');
    await server.event('rolling.ended');
    expect(await metric('sallyport_authenticated_total')).toBe(signIns);
  });

  it.skipIf(binary.unusable)('is ready while workers take clients, and not while they drain', async () => {
    const { server, ask } = await start();
    expect(await ask('GET', '/readyz')).toMatchObject({
      status: 200,
      content: '{"status":"ready","checks":{"server":"ok","workers":"ok"}}\n',
    });
    expect((await ask('GET', '/healthz')).status).toBe(200);
    for (const { client } of await server.onTwoWorkers()) client.client.socket.pause();
    server.process.kill('SIGTERM');
    await server.event('drain.began');
    expect(await ask('GET', '/readyz')).toMatchObject({
      status: 503,
      content: expect.stringContaining('draining'),
    });
  });
});
