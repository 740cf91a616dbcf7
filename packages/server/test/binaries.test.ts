/** Both built binaries, run with the same tests. */
import { once } from 'node:events';
import { request } from 'node:http';
import { createConnection, createServer } from 'node:net';
import { canary } from '@sallyport/core/testing/canary';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { binaries, type Outcome, Running } from './binary.ts';
import { Client } from './client.ts';
import { runInProcess } from './in-process.ts';

const ACCEPTED = 'congratulation, you have connect with server\r\nnow, you can do something else';
const REFUSED = 'sorry, the username or password is wrong, please submit again';
const CANARY = canary.password;

const started: Running[] = [];
afterEach(() => {
  for (const running of started.splice(0)) running.process.kill('SIGKILL');
});

describe.each(binaries.map((binary) => [binary.name, binary] as const))('%s', (_name, binary) => {
  function run(args: readonly string[] = [], env: NodeJS.ProcessEnv = {}): Running {
    const running = new Running(binary, args, env);
    started.push(running);
    return running;
  }
  const start = (...args: string[]) => run(['--port', '0', ...args]);

  describe.skipIf(binary.unusable)('serving', () => {
    /** For tests that leave no trace in it and do not read its log. */
    let shared: Running;
    beforeAll(() => {
      shared = new Running(binary, ['--port', '0', '--allow-origin', 'https://app.example.org']);
    });
    afterAll(() => shared?.stop());

    it('accepts the demo user and echoes messages', async () => {
      const server = start('--log-level', 'debug');
      const { url, port } = await server.listening();
      expect(url).toBe(`ws://127.0.0.1:${port}`);
      const client = new Client(url);
      await client.opened;
      expect(await client.ask('admin:1')).toBe(REFUSED);
      expect(await client.ask('admin:123456')).toBe(ACCEPTED);
      expect(await client.ask('hello')).toBe('your submit context: hello');
      client.socket.close();
      await server.event('session.closed');

      const [opened, verifying, refused, , authenticated, closed] = server.events.slice(2);
      const who = { session: 1, peer: '127.0.0.1' };
      expect(opened).toMatchObject({ event: 'session.opened', ...who });
      expect(verifying).toMatchObject({ event: 'session.verifying', ...who, user: 'admin' });
      expect(refused).toMatchObject({
        event: 'session.refused',
        level: 'info',
        ...who,
        user: 'admin',
        attemptsLeft: 4,
      });
      expect(authenticated).toMatchObject({
        event: 'session.authenticated',
        level: 'info',
        ...who,
        user: 'admin',
      });
      expect(closed).toMatchObject({
        event: 'session.closed',
        level: 'info',
        ...who,
        reason: 'client_left',
      });
      expect((await server.stop()).stderr).toBe('');
    });

    it('warns once about the demo user', async () => {
      const server = start();
      await server.event('demoUser', { level: 'warn' });
      const { stdout } = await server.stop();
      expect(stdout.match(/"warn"/g)).toHaveLength(1);
    });

    it('E23: never logs a password, not even a refused one', async () => {
      const server = start('--log-level', 'trace');
      const client = new Client((await server.listening()).url);
      await client.opened;
      for (const secret of [`admin:${CANARY}`, `nobody:${CANARY}`, `:${CANARY}`, CANARY, `Bearer ${CANARY}`])
        client.socket.send(secret);
      expect((await client.closed).code).toBe(4401);
      await server.event('session.closed', { reason: 'attempts_used_up', code: 4401, level: 'info' });
      const { stdout, stderr } = await server.stop();
      expect(stdout + stderr).not.toContain(CANARY);
      expect(server.events.filter(({ event }) => event === 'session.refused')).toMatchObject([
        { user: 'admin', attemptsLeft: 4 },
        { user: 'nobody', attemptsLeft: 3 },
        { user: '', attemptsLeft: 2 },
        { attemptsLeft: 1 },
        { user: '(token)', attemptsLeft: 0 },
      ]);
    });

    it('A13, E22: logs a hostile name escaped and on one line', async () => {
      const server = start();
      const client = new Client((await server.listening()).url);
      await client.opened;
      await client.ask('ad\u202e\u2028\u200b","forged"}:x');
      client.socket.close();
      const { user } = await server.event('session.refused');
      expect(user).toBe('ad\\u{202e}\\u{2028}\\u{200b}","forged"}');
      expect((await server.stop()).stdout).not.toMatch(/[^\P{C}\n]|[\p{Zl}\p{Zp}]/u);
    });

    it('reads options from the environment, and prefers flags', async () => {
      const server = run(['--log-level', 'info'], {
        SALLYPORT_PORT: '0',
        SALLYPORT_HOST: 'localhost',
        SALLYPORT_LOG_LEVEL: 'silent',
      });
      const { port } = await server.listening();
      expect(port).not.toBe(5678);
      await server.stop();
    });

    it('logs the free port that it picked at every log level', async () => {
      const server = start('--log-level', 'silent');
      const client = await Client.signedIn((await server.listening()).url);
      client.socket.close();
      const { stdout } = await server.stop();
      expect(stdout.match(/\n/g)).toHaveLength(1);
    });

    it('accepts pages of its own host and of listed origins', async () => {
      const { url, port } = await shared.listening();
      for (const origin of ['https://app.example.org', `http://127.0.0.1:${port}`]) {
        const client = new Client(url, { origin });
        await client.opened;
        client.socket.terminate();
      }
      await expect(new Client(url, { origin: 'https://evil.example' }).opened).rejects.toThrow('403');
    });

    it('answers plain HTTP', async () => {
      const { url } = await shared.listening();
      const http = url.replace(/^ws/, 'http');
      expect(await answer(http, '/healthz')).toMatchObject({ status: 200, text: 'ok' });
      const page = await answer(http, '/');
      expect(page).toMatchObject({ status: 200, text: expect.stringContaining('<title>Sallyport</title>') });
      expect(page.headers).toMatchObject({
        'content-type': 'text/html; charset=utf-8',
        'content-length': String(Buffer.byteLength(page.text)),
        'x-content-type-options': 'nosniff',
      });
      expect(await answer(http, '/', 'HEAD')).toMatchObject({ status: 200, text: '' });
      expect(await answer(http, '/nowhere')).toMatchObject({ status: 404 });
      const refused = await answer(http, '/', 'POST');
      expect(refused.status).toBe(405);
      expect(refused.headers['allow']).toBe('GET, HEAD');
    });

    it.each([
      ['announces a body', 'content-length: 1048576\r\n\r\n'],
      ['sends a body', 'content-length: 1\r\n\r\nx'],
      ['sends a body in chunks', 'transfer-encoding: chunked\r\n\r\n1\r\nx\r\n'],
    ])('A46: reads no body: a client that %s gets 413 before the body has arrived', async (_, rest) => {
      const { port } = await shared.listening();
      const socket = createConnection(port, '127.0.0.1');
      socket.on('error', () => {});
      let heard = '';
      socket.on('data', (data) => {
        heard += data;
      });
      socket.write(`POST /nothing-here HTTP/1.1\r\nhost: a\r\n${rest}`);
      await vi.waitUntil(() => heard.includes('\r\n\r\n'), { timeout: 60_000 });
      expect(heard).toMatch(/^HTTP\/1\.1 413 /);
      socket.destroy();
    });

    it('S15: keeps serving when the reader of the log closes it', async () => {
      const server = start();
      const { url } = await server.listening();
      server.process.stdout?.destroy();
      for (let i = 0; i < 3; i += 1) {
        const client = await Client.signedIn(url);
        expect(await client.ask('still here')).toBe('your submit context: still here');
        client.socket.close();
        await client.closed;
      }
      expect(await server.stop()).toMatchObject({ code: 0, stderr: '' });
    });
  });

  describe.skipIf(binary.unusable)('while the reader of the log stalls', () => {
    /** One refused client fills the log with more lines than the pipe and all buffers hold. */
    async function flooded(server: Running) {
      const { url } = await server.listening();
      server.process.stdout?.pause();
      const insider = await Client.signedIn(url);
      const stranger = new Client(url);
      await stranger.opened;
      for (let i = 0; i < 3_000; i += 1) stranger.socket.send(`${'\u200b'.repeat(100)}:wrong`);
      await vi.waitUntil(() => stranger.heard.length === 3_000, { timeout: 60_000 });
      return insider;
    }

    it('E29: keeps serving, and logs the number of dropped lines once they are read again', async () => {
      const server = start('--attempts', '100000', '--log-level', 'debug');
      const insider = await flooded(server);
      expect(await insider.ask('still here')).toBe('your submit context: still here');
      server.process.stdout?.resume();
      const { level, lines } = await server.event('log.dropped');
      expect(level).toBe('warn');
      await insider.ask('admin:1');
      expect(await server.stop()).toMatchObject({ code: 0, stderr: '' });
      // The insider signed in with one line, and refusals beyond the first 20 have only summaries.
      const verifying = server.events.filter(({ event }) => event === 'session.verifying').length;
      expect(verifying).toBeLessThan(3_001);
      expect(verifying + Number(lines)).toBeGreaterThanOrEqual(3_001);
      expect(verifying + Number(lines)).toBeLessThan(3_100);
    });

    it('E29: drains as usual, without delay', async () => {
      const server = start('--attempts', '100000', '--log-level', 'debug');
      const insider = await flooded(server);
      const exited = once(server.process, 'exit');
      server.process.kill('SIGTERM');
      expect((await insider.closed).code).toBe(1012);
      expect(await exited).toEqual([0, null]);
    });
  });

  describe.skipIf(binary.unusable)('draining', () => {
    it.each(['SIGTERM', 'SIGINT'] as const)(
      'S1: on %s answers the accepted messages, then closes all 50 sessions with 1012',
      async (signal) => {
        const server = start();
        const { url } = await server.listening();
        const clients = await Promise.all(Array.from({ length: 50 }, () => Client.signedIn(url)));
        const unauthenticated = new Client(url);
        await unauthenticated.opened;
        for (const { socket } of clients) for (let i = 0; i < 20; i += 1) socket.send(`${i}`);
        await clients[49]?.ask('last');
        server.process.kill(signal);

        for (const client of [...clients, unauthenticated])
          expect(await client.closed).toEqual({ code: 1012, reason: 'server restarts' });
        for (const { heard } of clients) {
          const echoed = Array.from({ length: 20 }, (_, i) => `your submit context: ${i}`);
          expect(heard.slice(1, 21)).toEqual(echoed);
        }
        expect(await server.ended).toMatchObject({ code: 0, stderr: '' });
        expect(await server.event('drain.began')).toMatchObject({ signal, sessions: 51 });
        await server.event('drain.ended');
      },
    );

    it('S2: accepts no new client meanwhile, and does not wait for a client that does not answer', async () => {
      const server = start();
      const { url } = await server.listening();
      (await Client.signedIn(url)).socket.pause();
      server.process.kill('SIGTERM');
      await server.event('drain.began');
      await expect(new Client(url).opened).rejects.toThrow();
      expect(await server.ended).toMatchObject({ code: 0 });
    });

    it.each([
      ['SIGTERM', 143],
      ['SIGINT', 130],
    ] as const)('S3: stops at once on a second %s', async (signal, code) => {
      const server = start();
      const { url } = await server.listening();
      (await Client.signedIn(url)).socket.pause();
      server.process.kill('SIGTERM');
      await server.event('drain.began');
      server.process.kill(signal);
      expect(await server.ended).toMatchObject({ code });
      await server.event('stopped.atOnce', { signal });
    });

    it('reads its files again on SIGHUP and keeps serving', async () => {
      const server = start();
      const client = await Client.signedIn((await server.listening()).url);
      server.process.kill('SIGHUP');
      await server.event('reload.ended');
      expect(await client.ask('still here')).toBe('your submit context: still here');
      expect(await server.stop()).toMatchObject({ code: 0 });
    });

    it('counts a signal that a package manager forwards only once', async () => {
      const server = run(['--port', '0'], { npm_lifecycle_event: 'start' });
      const { url } = await server.listening();
      (await Client.signedIn(url)).socket.pause();
      server.process.kill('SIGINT');
      await server.event('drain.began');
      server.process.kill('SIGINT');
      expect(await server.ended).toMatchObject({ code: 0 });
    });

    it.each([
      ['exception', 'throw new Error(`injected`)', 'uncaughtException'],
      ['rejection', 'Promise.reject(new Error(`injected`))', 'unhandledRejection'],
    ])('S14: after an uncaught %s logs it once, drains and exits with 1', async (_, bug, origin) => {
      const code = `process.on('SIGUSR2', () => { ${bug} })`;
      const server = run(['--port', '0'], {
        NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(code)}`,
      });
      const client = await Client.signedIn((await server.listening()).url);
      server.process.kill('SIGUSR2');
      expect((await client.closed).code).toBe(1012);
      expect(await server.ended).toMatchObject({ code: 1, stderr: '' });
      const uncaught = server.events.filter(({ event }) => event === 'uncaught');
      expect(uncaught).toMatchObject([{ level: 'fatal', origin, err: { message: 'injected' } }]);
    });
  });

  describe('prints one line and exits with 2, with', () => {
    /** Expects one line on standard error, exit code 2, and no other output. */
    async function startupError(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<string> {
      return textOf(await run(args, env).ended);
    }

    function textOf(outcome: Outcome): string {
      expect(outcome).toMatchObject({ code: 2, stdout: '' });
      expect(outcome.stderr).toMatch(new RegExp(`^${binary.name}: [^\\n]+\\n$`));
      return outcome.stderr;
    }

    it.each<[string, string[], NodeJS.ProcessEnv, RegExp]>([
      ['an unknown flag', ['--prot', '1'], {}, /'--prot' \(did you mean --port\?\)/],
      ['a bad port', ['--port', '99999'], {}, /--port .*'99999'.* from 0 to 65535/],
      ['a bad level', ['--log-level', 'loud'], {}, /--log-level .*'loud'.*trace, debug/],
      [
        'a bad origin',
        ['--allow-origin', 'https://a.example/'],
        {},
        /--allow-origin .*mean https:\/\/a\.example\?/,
      ],
      ['an operand', ['serve'], {}, /'serve'.*only options/],
      ['a bad variable', [], { SALLYPORT_PORT: 'x' }, /'x' from env 'SALLYPORT_PORT'/],
      ['all interfaces', ['--host', '0.0.0.0'], {}, /--host 0\.0\.0\.0 .*demo user.*--host 127\.0\.0\.1/],
      ['all interfaces of IPv6', ['--host', '::'], {}, /--host :: .*demo user/],
      ['all interfaces in short', ['--host', '0'], {}, /--host 0 \(0\.0\.0\.0\) .*demo user/],
      [
        'an address of another network by variable',
        [],
        { SALLYPORT_HOST: '192.0.2.1' },
        /SALLYPORT_HOST=192\.0\.2\.1 .*demo user/,
      ],
      [
        'an unknown host',
        ['--host', 'no-such-host.invalid'],
        {},
        /--host no-such-host\.invalid cannot be resolved/,
      ],
    ])('%s', async (_, args, env, message) => {
      expect(textOf(await runInProcess(binary.name, args, env))).toMatch(message);
    });

    it.skipIf(binary.unusable)('S6: a port that another Sallyport server uses', async () => {
      const { port } = await start().listening();
      expect(await startupError(['--port', `${port}`])).toMatch(`--port ${port}: the port is in use`);
      expect(await startupError([], { SALLYPORT_PORT: `${port}` })).toMatch(
        `SALLYPORT_PORT=${port}: the port is in use`,
      );
    });

    it.skipIf(binary.unusable)('S6: a port that another program uses', async () => {
      const other = createServer();
      const port = await new Promise<number>((resolve) => {
        other.listen(0, '127.0.0.1', () => resolve((other.address() as { port: number }).port));
      });
      expect(await startupError(['--port', `${port}`])).toMatch(`--port ${port}: the port is in use`);
      other.close();
    });
  });

  describe('prints', () => {
    it.each(['--help', '--version'])('%s on standard output', async (flag) => {
      const { code, stdout, stderr } = await run([flag]).ended;
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).toMatch(flag === '--help' ? `Usage: ${binary.name} [options]` : /^\d+\.\d+\.\d+\n$/);
    });
  });
});

interface Answer {
  status: number;
  text: string;
  headers: NodeJS.Dict<string | string[]>;
}

/** Uses `node:http`: `fetch` would keep the connection and hide the body of an answer to HEAD. */
function answer(origin: string, path: string, method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(`${origin}${path}`, { method, agent: false }, (response) => {
      let text = '';
      response.on('data', (data) => {
        text += data;
      });
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, text, headers: response.headers }),
      );
    });
    outgoing.on('error', reject).end();
  });
}
