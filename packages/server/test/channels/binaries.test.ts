/** `--channels` of both binaries: what users may do, and what a reload of the file changes while they are subscribed. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hash } from '@node-rs/bcrypt';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { binaries, Running } from '../binary.ts';
import { ChannelClient } from '../channel-client.ts';

const folder = mkdtempSync(join(tmpdir(), 'sallyport-channels-'));
const users = join(folder, 'users');
beforeAll(async () => {
  const password = await hash('correct horse', { cost: 10 });
  writeFileSync(users, ['ada', 'bob', 'eve'].map((user) => `${user}:${password}\n`).join(''), {
    mode: 0o600,
  });
});
afterAll(() => rmSync(folder, { recursive: true }));
const started: Running[] = [];
afterEach(() => {
  for (const running of started.splice(0)) running.process.kill('SIGKILL');
});

const room = { subscribe: ['ada', 'bob'], recover: '*', publish: ['ada'], presence: '*' };

describe.each(binaries)('--channels of $name', (binary) => {
  const file = join(folder, `${binary.name}.json`);
  const write = (namespaces: object) => writeFileSync(file, JSON.stringify({ namespaces }));

  function run(...args: string[]): Running {
    const running = new Running(binary, ['--port', '0', '--channels', file, ...args]);
    started.push(running);
    return running;
  }

  const signIn = (url: string, user: string) => ChannelClient.signedIn(url, user, 'correct horse');

  it.skipIf(binary.unusable)('opens to each user what the rules say, and nothing else', async () => {
    write({ 'room:*': room, 'user:{user}': { subscribe: '*' } });
    const server = run('--users', users);
    const { url } = await server.listening();
    expect(await server.event('channels.read')).toMatchObject({ namespaces: 2 });
    const [ada, bob, eve] = [await signIn(url, 'ada'), await signIn(url, 'bob'), await signIn(url, 'eve')];
    expect(await bob.ask({ type: 'subscribe', channel: 'room:1' })).toMatchObject({ type: 'subscribed' });
    expect(await ada.ask({ type: 'publish', channel: 'room:1', data: 'hi' })).toMatchObject({
      type: 'published',
    });
    expect(await bob.heard('publication')).toMatchObject({ user: 'ada', data: 'hi' });
    expect(await bob.ask({ type: 'publish', channel: 'room:1', data: 'no' })).toMatchObject({
      error: { code: 'forbidden' },
    });
    expect(await eve.ask({ type: 'subscribe', channel: 'room:1' })).toMatchObject({
      error: { code: 'forbidden' },
    });
    expect(await eve.ask({ type: 'subscribe', channel: 'user:eve' })).toMatchObject({ type: 'subscribed' });
    expect(await eve.ask({ type: 'subscribe', channel: 'user:ada' })).toMatchObject({
      error: { code: 'forbidden' },
    });
    for (const channel of ['demo:lobby', 'news'])
      expect(await ada.ask({ type: 'subscribe', channel })).toMatchObject({
        error: { code: 'channelNotFound' },
      });
    expect((await server.stop()).code).toBe(0);
  });

  it.skipIf(binary.unusable)('SIGHUP ends what the new file denies, and keeps the rest', async () => {
    write({ 'room:*': room });
    const server = run('--users', users);
    const { url } = await server.listening();
    const [ada, bob] = [await signIn(url, 'ada'), await signIn(url, 'bob')];
    for (const client of [ada, bob])
      expect(await client.ask({ type: 'subscribe', channel: 'room:1' })).toMatchObject({
        type: 'subscribed',
      });
    write({ 'room:*': { ...room, subscribe: ['ada'], publish: ['bob'] } });
    server.process.kill('SIGHUP');
    expect(await bob.heard('unsubscribed')).toMatchObject({ channel: 'room:1', reason: 'permissionRevoked' });
    expect(await server.event('channels.read', { ended: 1 })).toMatchObject({ namespaces: 1 });
    expect(await ada.ask({ type: 'publish', channel: 'room:1', data: 1 })).toMatchObject({
      error: { code: 'forbidden' },
    });
    expect(await bob.ask({ type: 'publish', channel: 'room:1', data: 2 })).toMatchObject({
      type: 'published',
    });
    expect(await ada.heard('publication')).toMatchObject({ user: 'bob', data: 2 });

    writeFileSync(file, '{');
    server.process.kill('SIGHUP');
    await server.event('channels.problem', { level: 'error' });
    expect(await bob.ask({ type: 'publish', channel: 'room:1', data: 3 })).toMatchObject({
      type: 'published',
    });
    expect((await server.stop()).code).toBe(0);
  });

  it.skipIf(binary.unusable)('keeps demo:* for the demo user', async () => {
    write({ news: { subscribe: '*' } });
    const { url } = await run().listening();
    const admin = await ChannelClient.signedIn(url);
    for (const channel of ['news', 'demo:a'])
      expect(await admin.ask({ type: 'subscribe', channel })).toMatchObject({ type: 'subscribed' });
    expect(await admin.ask({ type: 'publish', channel: 'news', data: 1 })).toMatchObject({
      error: { code: 'forbidden' },
    });
  });

  it.skipIf(binary.unusable)('is in the metrics and in the admin listener', async () => {
    write({ news: { subscribe: '*', publish: '*' } });
    const server = run('--admin-port', '0');
    const { url } = await server.listening();
    const admin = await ChannelClient.signedIn(url);
    await admin.ask({ type: 'subscribe', channel: 'news' });
    const { url: listener } = await server.event('admin.listening');
    const read = async (path: string) => (await fetch(`${listener}${path}`)).text();
    expect(await read('/channels')).toContain('"news"');
    expect(await read('/metrics')).toMatch(/^sallyport_channel\w* 1$/m);
  });
});
