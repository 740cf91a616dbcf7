/** Stories of a server that listens on a Unix socket, such as behind a proxy on the same machine. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSessions, refuse } from '@sallyport/core';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openSocket } from '../../wire/client.ts';
import type { Adapter, ServeOptions } from '../adapter.ts';
import { serveSessions } from '../served-sessions.ts';
import { echoed } from '../tutorial.ts';

export function unixSocketStories(adapter: Adapter): void {
  const newPath = () => {
    const folder = mkdtempSync(join(tmpdir(), 'sallyport-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    return join(folder, 'x.sock');
  };
  const failure = async (options: Partial<ServeOptions>) => {
    const sessions = createSessions({ authenticate: refuse, clock: adapter.clock });
    const error = await adapter.serve(sessions, { host: '127.0.0.1', port: 0, ...options }).then(
      ({ close }) => close(),
      (reason: Error & { code?: string }) => reason,
    );
    if (!error) throw new Error('it listens');
    expect(error.message).not.toContain('\n');
    return error;
  };

  describe.skipIf(process.platform === 'win32')('a Unix socket', () => {
    it('a Unix socket serves WebSocket and HTTP to its owner and group, and peers have no address', async () => {
      const path = newPath();
      const answer = (_: Request, { peer }: { peer: { address: string } }) => Response.json(peer);
      const options = { host: `unix:${path}`, path: '/chat', fetch: answer };
      const { listening, sessions, enter } = await serveSessions(adapter, {}, options);
      expect(listening).toMatchObject({ host: `unix:${path}`, port: 0, url: `ws+unix:${path}:/chat` });
      expect(statSync(path).mode & 0o777).toBe(0o660);
      const client = await enter({ path: '/chat' });
      expect(await client.ask('hello')).toBe(echoed('hello'));
      expect([...sessions].map(({ peer }) => peer)).toEqual([{ address: '' }]);
      const body = await new Promise((resolve) => {
        request({ socketPath: path, path: '/x', agent: false }, (response) =>
          response.on('data', (data) => resolve(JSON.parse(String(data)))),
        ).end();
      });
      expect(body).toEqual({ address: '' });
    });

    it('the socket file is removed when the server has closed', async () => {
      const path = newPath();
      const { listening } = await serveSessions(adapter, {}, { host: `unix:${path}` });
      expect(existsSync(path)).toBe(true);
      await listening.close();
      expect(existsSync(path)).toBe(false);
    });

    it('the socket file of a server that crashed is replaced', async () => {
      const path = newPath();
      await leaveStale(path);
      const { enter } = await serveSessions(adapter, {}, { host: `unix:${path}` });
      expect(await (await enter()).ask('hello')).toBe(echoed('hello'));
    });

    it('the socket file of a running server is not replaced', async () => {
      const path = newPath();
      const { connect } = await serveSessions(adapter, {}, { host: `unix:${path}` });
      const error = await failure({ host: `unix:${path}` });
      expect(error).toMatchObject({ name: 'ServeError', code: 'EADDRINUSE' });
      expect(error.message).toBe(`cannot listen on unix:${path}: another process listens there`);
      await connect();
    });

    it('a file of another kind is not replaced', async () => {
      const path = newPath();
      writeFileSync(path, 'mine');
      const error = await failure({ host: `unix:${path}` });
      expect(error.message).toBe(`cannot listen on unix:${path}: the file exists and is not a socket`);
      expect(statSync(path).isFile()).toBe(true);
    });

    it.each([
      ['unix:x.sock', 'ERR_UNIX', 'host must be unix: and an absolute path'],
      [`unix:/${'x'.repeat(107)}`, 'ERR_UNIX', 'must not exceed 107 bytes'],
      ['unix:/no/such/folder/x.sock', 'ENOENT', 'the folder does not exist'],
      ['fd:x', 'ERR_FD', 'host must be fd: and a number'],
    ])('the host %s fails', async (host, code, message) => {
      const error = await failure({ host });
      expect(error).toMatchObject({ name: 'ServeError', code });
      expect(error.message).toContain(message);
    });

    it('a server on a Unix socket has no port', async () => {
      const error = await failure({ host: 'unix:/x.sock', port: 1 });
      expect(error).toMatchObject({
        code: 'ERR_PORT',
        message: 'port must be 0 with the host unix:/x.sock, not 1',
      });
    });
  });
}

/** A socket file that no process listens on, as after a crash. */
async function leaveStale(path: string): Promise<void> {
  const script = `require('net').createServer().listen(process.argv[1], () => process.kill(process.pid, 'SIGKILL'))`;
  await new Promise((resolve) => spawn(process.execPath, ['-e', script, path]).on('exit', resolve));
  expect(existsSync(path)).toBe(true);
  await expect(openSocket({ port: 0, path })).rejects.toThrow('ECONNREFUSED');
}
