/** The recording of both binaries: what is in it, and what a full disk does to the sessions. */
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { canary } from '@sallyport/core/testing/canary';
import { readRecording, replaySession } from '@sallyport/recording';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { binaries, Running } from './binary.ts';
import { Client } from './client.ts';
import { runInProcess } from './in-process.ts';

let folder: string;
const started: Running[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sallyport-recording-'));
});
afterEach(async () => {
  await Promise.all(started.splice(0).map((server) => server.stop()));
  rmSync(folder, { recursive: true, force: true });
});

describe.each(binaries.map((binary) => [binary.name, binary] as const))('%s', (_name, binary) => {
  async function start(...args: string[]) {
    const server = new Running(binary, ['--port', '0', ...args]);
    started.push(server);
    const { url } = await server.listening();
    return { server, url };
  }

  describe.skipIf(binary.unusable)('the recording', () => {
    it('replays without a difference, and has no credentials, payloads or queries', async () => {
      const file = join(folder, 'sessions.ndjson');
      const { server, url } = await start('--record', file);
      const client = new Client(`${url}?token=${canary.token}`, {
        headers: { cookie: `sid=${canary.token}` },
      });
      await client.opened;
      await client.ask(`admin:${canary.password}`);
      await client.ask('admin:123456');
      await client.ask(canary.password);
      client.socket.close(1000);
      await client.closed;
      // A client can see its connection closed before the server does.
      await server.event('session.closed');
      server.process.kill('SIGTERM');
      await server.ended;
      expect(server.events.find(({ event }) => event === 'recording.ended')).toMatchObject({
        sessions: 1,
        lost: 0,
      });
      const text = readFileSync(file, 'utf8');
      expect(canary.isIn(text)).toBe(false);
      expect(text).not.toContain('123456');
      expect(statSync(file).mode & 0o777).toBe(0o600);
      const recording = readRecording([{ name: file, text }]);
      const session = recording.sessions.get(1);
      expect(session).toMatchObject({
        protocol: 'text',
        user: 'admin',
        isCut: false,
        closed: { code: 1000 },
      });
      if (!session) throw new Error('no session');
      const steps = [...replaySession(recording, session)];
      expect(steps.map(({ recorded }) => recorded.fact?.type)).toEqual([
        undefined,
        'credentials.received',
        'credentials.refused',
        'credentials.received',
        'credentials.accepted',
        'message.received',
        'connection.closed',
      ]);
      expect(steps.flatMap(({ differences }) => differences)).toEqual([]);
    });

    it.skipIf(!existsSync('/dev/full'))(
      'onto a full disk costs lines: sessions go on, and the log tells it once',
      async () => {
        const { server, url } = await start('--record', '/dev/full');
        const client = await Client.signedIn(url);
        for (let count = 0; count < 20; count += 1)
          expect(await client.ask('hello')).toBe('your submit context: hello');
        await server.event('recording.failed', { code: 'ENOSPC' });
        server.process.kill('SIGTERM');
        await server.ended;
        const names = server.events.map(({ event }) => event);
        expect(names.filter((name) => name === 'recording.failed')).toHaveLength(1);
        const ended = server.events.find(({ event }) => event === 'recording.ended');
        expect(Number(ended?.['lost'])).toBeGreaterThan(40);
      },
    );
  });

  it.skipIf(binary.unusable)('a recording that cannot be written ends the start with one line', async () => {
    writeFileSync(join(folder, 'file'), '');
    const outcomeOf = (path: string) => runInProcess(binary.name, ['--port', '0', '--record', path]);
    expect(await outcomeOf(join(folder, 'absent', 'file'))).toMatchObject({
      code: 2,
      stderr: `${binary.name}: --record ${folder}/absent/file: the folder does not exist; create it first\n`,
    });
    expect((await outcomeOf(folder)).stderr).toContain('it must be the path of a file');
  });
});
