/** The demo channels of both binaries: who may use them, and which starts have them. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { binaries, Running } from '../binary.ts';
import { ChannelClient } from '../channel-client.ts';

const folder = mkdtempSync(join(tmpdir(), 'sallyport-demo-channels-'));
afterAll(() => rmSync(folder, { recursive: true }));
const started: Running[] = [];
afterEach(() => {
  for (const running of started.splice(0)) running.process.kill('SIGKILL');
});

describe.each(binaries)('the demo channels of $name', (binary) => {
  function run(...args: string[]): Running {
    const running = new Running(binary, ['--port', '0', ...args]);
    started.push(running);
    return running;
  }

  it.skipIf(binary.unusable)(
    'let the demo user subscribe, publish, recover and ask for presence in demo:*',
    async () => {
      const server = run();
      const { url } = await server.listening();
      const { msg } = await server.event('demoUser', { level: 'warn' });
      expect(msg).toContain('and use the channels demo:*');
      const [one, other] = [await ChannelClient.signedIn(url), await ChannelClient.signedIn(url)];
      const since = (await one.ask({ type: 'subscribe', channel: 'demo:a' }))['position'];
      expect(await other.ask({ type: 'publish', channel: 'demo:a', data: { text: 'hi' } })).toMatchObject({
        type: 'published',
      });
      expect(await one.heard('publication')).toMatchObject({ user: 'admin', data: { text: 'hi' } });
      expect(await other.ask({ type: 'subscribe', channel: 'demo:a', since })).toMatchObject({
        recovered: true,
        publications: [{ data: { text: 'hi' } }],
      });
      expect(await other.ask({ type: 'presence', channel: 'demo:a' })).toMatchObject({ count: 1 });
      expect((await server.stop()).code).toBe(0);
    },
  );

  it.skipIf(binary.unusable)('are the only channels, so that any other is not found', async () => {
    const client = await ChannelClient.signedIn((await run().listening()).url);
    for (const channel of ['news', 'demo', 'Demo:a'])
      expect(await client.ask({ type: 'subscribe', channel })).toMatchObject({
        error: { code: 'channelNotFound' },
      });
  });

  it.skipIf(binary.unusable)('do not exist with a user file', async () => {
    const users = join(folder, 'users');
    writeFileSync(users, '');
    const server = run('--users', users);
    await server.listening();
    expect((await server.stop()).stdout).not.toContain('demo:*');
  });

  it.skipIf(binary.unusable)('do not exist with an app, also where the demo user may sign in', async () => {
    const app = join(folder, 'app.mjs');
    writeFileSync(app, 'export const application = (text) => text;\n');
    const server = run('--app', app);
    const client = await ChannelClient.signedIn((await server.listening()).url);
    const answer = await client.ask({ type: 'subscribe', channel: 'demo:a' });
    expect(answer).toHaveProperty('error');
    expect((await server.stop()).stdout).not.toContain('demo:*');
  });
});
