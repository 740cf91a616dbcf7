/** The room behind both binaries, as `pnpm start` runs it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { connect, type RequestError, requests, type Session } from '@sallyport/client';
import { contractClient } from '@sallyport/contract';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { contract } from '../src/contract.ts';

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));
const app = path('../dist/app.js');
if (!existsSync(app)) throw new Error(`${app} is not built: run \`pnpm build\` first`);

const processes: ChildProcess[] = [];
const sessions: Session[] = [];
afterEach(async () => {
  for (const session of sessions.splice(0)) session.close();
  await Promise.all(
    processes.splice(0).map(async (process) => {
      if (process.exitCode !== null) return;
      const ended = once(process, 'close');
      process.kill('SIGTERM');
      await ended;
    }),
  );
});

/** Starts a binary with the app. Resolves with its address, or with undefined where the binary cannot run. */
async function start(binary: string): Promise<string | undefined> {
  const file = path(`../../../packages/server/dist/bin/${binary}.js`);
  const process_ = spawn(process.execPath, [file, '--app', app, '--port', '0'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'] },
  });
  processes.push(process_);
  const closed = once(process_, 'close');
  let problem = '';
  process_.stderr.on('data', (data) => {
    problem += data;
  });
  for await (const line of createInterface({ input: process_.stdout })) {
    const event = JSON.parse(line);
    if (event.event === 'listening') return `ws://127.0.0.1:${event.port}`;
  }
  await closed;
  if (!problem.includes('uWebSockets.js')) throw new Error(problem);
  console.warn(`SKIPPED: the app on ${binary}. ${problem}`);
  return undefined;
}

function signIn(url: string, username: string, password: string) {
  const session = connect(url, {
    credentials: { username, password },
    WebSocket,
    reconnect: false,
    extensions: [requests()],
  });
  sessions.push(session);
  return { session, api: contractClient(contract, session) };
}

describe.each(['sallyport-ws', 'sallyport-uws'])('%s', (binary) => {
  it('two users enter the room of the example app, talk, and one leaves', async () => {
    const url = await start(binary);
    if (url === undefined) return;
    const ada = signIn(url, 'ada', 'lovelace');
    const news: unknown[] = [];
    let arrived = () => {};
    ada.api.onMessage((data) => {
      news.push(data);
      arrived();
    });
    const hears = async (data: unknown) => {
      while (!news.some((one) => JSON.stringify(one) === JSON.stringify(data)))
        await new Promise<void>((resolve) => {
          arrived = resolve;
        });
    };
    expect(await ada.api.request('room.enter')).toEqual(['ada']);
    // A second time changes nothing.
    expect(await ada.api.request('room.enter')).toEqual(['ada']);

    const grace = signIn(url, 'grace', 'hopper');
    expect(await grace.api.request('room.enter')).toEqual(['ada', 'grace']);
    await hears({ type: 'users', users: ['ada', 'grace'] });
    grace.api.send({ text: ' hello ' });
    await hears({ type: 'said', from: 'grace', text: 'hello' });
    expect(await ada.api.request('room.history', {})).toEqual([{ from: 'grace', text: 'hello' }]);
    grace.session.close();
    await hears({ type: 'users', users: ['ada'] });
  });

  it('the example app refuses a wrong password, and answers what does not fit the contract', async () => {
    const url = await start(binary);
    if (url === undefined) return;
    const stranger = signIn(url, 'ada', 'wrong');
    await expect(stranger.session.ready).rejects.toMatchObject({ reason: 'credentialsRefused' });

    const { session, api } = signIn(url, 'ada', 'lovelace');
    await expect(api.request('room.history', { limit: 0 })).rejects.toMatchObject({ code: 'invalidParams' });
    await expect(session.request('room.burn')).rejects.toMatchObject({ code: 'methodNotFound' });
    const failed: RequestError[] = [];
    const both = new Promise<void>((resolve) => {
      session.on('messageFailed', (error) => failed.push(error) === 2 && resolve());
    });
    api.send({ text: 'before I am inside' });
    api.send({ text: '' });
    await both;
    expect(failed.map(({ code }) => code)).toEqual(['notInRoom', 'invalidMessage']);
    expect(session.state).toBe('ready');
  });
});
