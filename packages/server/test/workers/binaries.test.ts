/** `--workers` of both binaries, as processes: talking, killing, rolling, draining, and what keeps the server from starting. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Person, problemsOf } from '@sallyport/redis-tests/person';
import { freePort } from '@sallyport/test-fixtures/free-port';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { binaries } from '../binary.ts';
import { Client } from '../client.ts';
import { accepts, LONG_MS, WorkerServer } from './worker-server.ts';

let folder: string;
const started: WorkerServer[] = [];
const people: Person[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sallyport-workers-'));
});
afterEach(async () => {
  await Promise.all(people.splice(0).map((person) => person.close()));
  await Promise.all(started.splice(0).map((server) => server.stop()));
  rmSync(folder, { recursive: true, force: true });
});

describe.each(binaries)('$name --workers', (binary) => {
  const isWs = binary.name === 'sallyport-ws';
  function run(count: number, ...args: readonly string[]): WorkerServer {
    const server = new WorkerServer(binary, count, ...args);
    started.push(server);
    return server;
  }
  const start = (count: number, ...args: readonly string[]) => run(count, '--port', '0', ...args);

  function person(name: string, url: string): Person {
    const one = new Person(name, url, 'demo:room');
    people.push(one);
    return one;
  }

  it.skipIf(binary.unusable)(
    'says once where it listens, and each worker has its number in its lines',
    async () => {
      const server = start(2);
      const { port } = await server.listening();
      expect(port).toBeGreaterThan(0);
      expect(await server.event('listening')).toMatchObject({ workers: 2, host: '127.0.0.1' });
      await server.event('demoUser');
      expect(server.all('listening')).toHaveLength(1);
      expect(server.all('demoUser')).toHaveLength(1);
      const workers = await server.several('worker.listening', 2);
      expect(workers.map(({ worker }) => worker).sort()).toEqual([1, 2]);
      expect(new Set(workers.map(({ pid }) => pid)).size).toBe(2);
      const { url } = await server.listening();
      await Client.signedIn(url);
      const { worker } = await server.event('session.authenticated');
      expect([1, 2]).toContain(worker);
    },
  );

  it.skipIf(binary.unusable)('two people on two workers talk to each other', async () => {
    const server = start(2);
    const [ada, bob] = await server.onTwoWorkers();
    for (const { client } of [ada, bob])
      expect(await client.ask({ type: 'subscribe', channel: 'demo:room' })).toMatchObject({
        type: 'subscribed',
      });
    expect(await ada.client.ask({ type: 'publish', channel: 'demo:room', data: 'hi' })).toMatchObject({
      type: 'published',
      position: { offset: 1 },
    });
    expect(await bob.client.heard('publication')).toMatchObject({ offset: 1, data: 'hi' });
    expect(await bob.client.ask({ type: 'publish', channel: 'demo:room', data: 'ho' })).toMatchObject({
      position: { offset: 2 },
    });
    await vi.waitFor(
      () => expect(ada.client.client.heard.some((text) => text.includes('"ho"'))).toBe(true),
      LONG_MS,
    );
  });

  it.skipIf(binary.unusable)(
    'killed workers are replaced, all clients come back, and no publication is lost, doubled or out of order',
    async () => {
      const server = start(2);
      const { url } = await server.listening();
      const talkers = ['ada', 'bob', 'eve', 'joe'].map((name) => person(name, url));
      await vi.waitFor(() => expect(talkers.every(({ isLive }) => isLive)).toBe(true), LONG_MS);
      let isDone = false;
      const talking = talkers.map(async (one) => {
        while (!isDone) {
          // A client may give up on a slow machine. What it was told counts.
          await one.publish().catch(() => {});
          await sleep(5);
        }
      });
      for (const [id, next] of [
        [1, 3],
        [2, 4],
        [3, 5],
      ] as const) {
        await server.killWorker(id);
        await server.event('worker.listening', { worker: next });
        const aims = talkers.map(({ told }) => told.length + 5);
        await vi.waitFor(
          () => expect(talkers.every(({ told }, at) => told.length >= (aims[at] ?? 0))).toBe(true),
          LONG_MS,
        );
      }
      isDone = true;
      await Promise.all(talking);
      for (const one of talkers) {
        await one.publish();
        const last = one.told.at(-1)?.data ?? '';
        await vi.waitFor(() => expect(talkers.every(({ read }) => read.includes(last))).toBe(true), LONG_MS);
      }
      expect(problemsOf(talkers)).toEqual([]);
      for (const { told } of talkers)
        expect(new Set(told.map(({ position }) => position.offset)).size).toBe(told.length);
      expect(server.all('worker.ended')).toHaveLength(3);
    },
  );

  it.skipIf(binary.unusable)(
    'a rolling restart replaces all workers under a stream of connections',
    async () => {
      const server = start(2);
      const { url } = await server.listening();
      const failures: string[] = [];
      let isDone = false;
      let connected = 0;
      const streams = Array.from({ length: 4 }, async () => {
        while (!isDone) {
          const client = new Client(url);
          try {
            await client.opened;
            connected += 1;
            client.socket.close();
          } catch (error) {
            failures.push(String(error));
          }
          await client.closed;
        }
      });
      const sitting = await Client.signedIn(url);
      await vi.waitFor(() => expect(connected).toBeGreaterThan(20), LONG_MS);
      server.process.kill('SIGUSR2');
      await server.event('rolling.ended');
      const before = connected;
      await vi.waitFor(() => expect(connected).toBeGreaterThan(before + 20), LONG_MS);
      isDone = true;
      await Promise.all(streams);
      expect(await sitting.closed).toEqual({ code: 1012, reason: 'server restarts' });
      // The kernel resets what a worker of uWebSockets.js has not accepted when it stops listening.
      if (isWs) expect(failures).toEqual([]);
      else expect(failures.filter((failure) => !/ECONNRESET|socket hang up/.test(failure))).toEqual([]);
      const workers = await server.several('worker.listening', 4);
      expect(workers.map(({ worker }) => worker).sort()).toEqual([1, 2, 3, 4]);
      expect(server.all('worker.ended')).toEqual([]);
    },
  );

  it.skipIf(binary.unusable)(
    'a rolling restart reads the configuration again, and stops where it is wrong',
    async () => {
      const file = join(folder, 'sallyport.json');
      writeFileSync(file, JSON.stringify({ attempts: 3 }));
      const server = start(2, '--config', file);
      await server.listening();
      writeFileSync(file, JSON.stringify({ attempts: 0 }));
      server.process.kill('SIGUSR2');
      expect((await server.event('rolling.failed'))['msg']).toContain('attempts in');
      const { url } = await server.listening();
      await Client.signedIn(url);
      writeFileSync(file, JSON.stringify({ attempts: 1 }));
      server.process.kill('SIGUSR2');
      await server.event('rolling.ended');
      const client = new Client(url);
      await client.opened;
      client.socket.send('admin:wrong');
      expect((await client.closed).code).toBe(4401);
    },
  );

  it.skipIf(binary.unusable)(
    'S1: SIGTERM drains all workers: clients get 1012, and the exit code is 0',
    async () => {
      const server = start(2);
      const [ada, bob] = await server.onTwoWorkers();
      const { code, stderr } = await server.stop();
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      for (const { client } of [ada, bob])
        expect(await client.client.closed).toEqual({ code: 1012, reason: 'server restarts' });
      const began = server.all('drain.began');
      expect(began.map(({ worker }) => worker).sort()).toEqual([1, 2, undefined]);
      expect(server.events.at(-1)).toMatchObject({ event: 'drain.ended' });
      expect(server.events.at(-1)).not.toHaveProperty('worker');
    },
  );

  it.skipIf(binary.unusable)(
    'SIGTERM in the middle of a rolling restart drains the workers of both kinds',
    async () => {
      const server = start(2);
      const both = await server.onTwoWorkers();
      server.process.kill('SIGUSR2');
      // The third one is new, and an old one retires.
      await server.event('worker.listening', { worker: 3 });
      expect((await server.stop()).code).toBe(0);
      for (const { client } of both)
        expect(await client.client.closed).toEqual({ code: 1012, reason: 'server restarts' });
      expect(server.all('worker.ended')).toEqual([]);
    },
  );

  it.skipIf(binary.unusable)('S3: a second SIGTERM ends all processes at once', async () => {
    const server = start(2);
    const { port } = await server.listening();
    // They do not answer the close frame, so the drain goes on for seconds.
    for (const { client } of await server.onTwoWorkers()) client.client.socket.pause();
    server.process.kill('SIGTERM');
    await server.event('drain.began');
    server.process.kill('SIGTERM');
    expect((await server.ended).code).toBe(143);
    await vi.waitFor(async () => expect(await accepts(port)).toBe(false), LONG_MS);
  });

  it.skipIf(binary.unusable)('the workers of a killed parent drain, and free the port', async () => {
    const server = start(2);
    const { port } = await server.listening();
    const [ada, bob] = await server.onTwoWorkers();
    server.process.kill('SIGKILL');
    for (const { client } of [ada, bob])
      expect(await client.client.closed).toEqual({ code: 1012, reason: 'server restarts' });
    await vi.waitFor(async () => expect(await accepts(port)).toBe(false), LONG_MS);
    started.splice(0);
  });

  it.skipIf(binary.unusable)('SIGHUP makes every worker read its files again', async () => {
    const users = join(folder, 'users');
    writeFileSync(users, '', { mode: 0o600 });
    const server = start(2, '--users', users);
    await server.listening();
    server.process.kill('SIGHUP');
    const ended = await server.several('reload.ended', 2);
    expect(ended.map(({ worker }) => worker).sort()).toEqual([1, 2]);
  });

  it.skipIf(binary.unusable)('a port in use is one clear error', async () => {
    const server = createServer();
    const port = await freePort();
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    const { code, stdout, stderr } = await run(2, '--port', String(port)).ended;
    server.close();
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toBe(
      `${binary.name}: --port ${port}: the port is in use; stop the program that listens there, or use another port (0 picks a free one)\n`,
    );
  });

  it.skipIf(binary.unusable)('the port of another server with workers is in use', async () => {
    const { port } = await start(1).listening();
    const { code, stderr } = await run(1, '--port', String(port)).ended;
    expect(code).toBe(2);
    expect(stderr).toContain('the port is in use');
  });

  it.skipIf(binary.unusable)(
    'what no worker can start with is one clear error, as without workers',
    async () => {
      const { code, stdout, stderr } = await start(2, '--users', join(folder, 'none')).ended;
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr.split('\n')).toHaveLength(2);
      expect(stderr).toContain('--users');
    },
  );

  it.skipIf(binary.unusable)(
    'workers that only crash are reported, and then the server gives up',
    async () => {
      const app = join(folder, 'app.mjs');
      writeFileSync(app, 'process.exit(3);\n');
      const server = start(1, '--app', app);
      const { code, stderr } = await server.ended;
      expect(code).toBe(2);
      expect(stderr).toBe(
        `${binary.name}: worker 5 ended with code 3, as 5 before it did: no worker has ever listened\n`,
      );
      expect(server.all('worker.ended')).toHaveLength(4);
    },
  );

  it.skipIf(binary.unusable)('other machines cannot reach the demo user through workers', async () => {
    const { code, stderr } = await start(2, '--host', '0.0.0.0', '--insecure').ended;
    expect(code).toBe(2);
    expect(stderr).toContain('is reachable from other machines, and the password of the demo user');
  });
});

describe('sallyport-ws --workers, where the parent holds the socket', () => {
  const [ws] = binaries;
  if (!ws) throw new Error('there is no sallyport-ws');
  function run(...args: readonly string[]): WorkerServer {
    const server = new WorkerServer(ws as (typeof binaries)[0], 2, ...args);
    started.push(server);
    return server;
  }

  it('a client that connects while no worker lives waits for the next one', async () => {
    const server = run('--port', '0');
    const { url } = await server.listening();
    const workers = await server.several('worker.listening', 2);
    // Stopped workers accept nothing, and are killed while the client waits.
    for (const { pid } of workers) process.kill(Number(pid), 'SIGSTOP');
    const client = new Client(url);
    for (const { pid } of workers) process.kill(Number(pid), 'SIGKILL');
    await client.opened;
    expect(await client.ask('admin:123456')).toMatch(/^congratulation/);
  });

  it('workers share a Unix socket, whose file is removed at the end', async () => {
    const path = join(folder, 'socket');
    const server = run('--host', `unix:${path}`);
    expect((await server.listening()).url).toBe(`ws+unix:${path}`);
    const client = new Client(`ws+unix:${path}:/`);
    await client.opened;
    expect(await client.ask('admin:123456')).toMatch(/^congratulation/);
    expect((await server.stop()).code).toBe(0);
    expect(() => rmSync(path)).toThrow('ENOENT');
  });
});
