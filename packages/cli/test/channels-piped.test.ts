/** Channels in a pipe, against the real servers and their demo channels. */
import { freePort } from '@sallyport/test-fixtures/free-port';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Pipe, pipe } from './pipe.ts';
import { isUnavailable, ServerProcess, servers } from './server-processes.ts';

const SIGN_IN = 'admin:123456\n';

function connected(url: string, ...args: readonly string[]): Pipe {
  const running = new Pipe(['connect', url, ...args]);
  running.process.stdin?.write(SIGN_IN);
  return running;
}

const dataOf = (stdout: string) =>
  stdout
    .trimEnd()
    .split('\n')
    .map((line) => (JSON.parse(line) as { data: unknown }).data);

describe.for(servers)('sallyport connect in a pipe uses channels, with %s,', (name) => {
  if (isUnavailable(name)) return it.skip('needs its binary');
  let server: ServerProcess;
  let replacement: ServerProcess | undefined;
  const started: Pipe[] = [];
  beforeAll(async () => {
    server = await ServerProcess.start(name);
  });
  afterEach(() => {
    for (const running of started.splice(0)) running.process.kill('SIGKILL');
  });
  afterAll(async () => {
    for (const one of [server, replacement]) await one?.stop('SIGKILL');
  });

  it('--publish publishes each line in order, and --subscribe prints each publication as a line of JSON', async () => {
    const reader = connected(server.url, '--subscribe', 'demo:a');
    started.push(reader);
    await reader.shows(/demo:a: subscribed\n/);
    const sent = await pipe(
      ['connect', server.url, '-q', '--publish', 'demo:a'],
      `${SIGN_IN}hello\n{"n":1}\n2\n`,
    );
    expect(sent).toEqual({ code: 0, stdout: '', stderr: '' });
    await reader.shows(/"data":2}\n/);
    expect(dataOf(reader.stdout)).toEqual(['hello', { n: 1 }, 2]);
    expect(JSON.parse(reader.stdout.split('\n')[0] ?? '')).toEqual({
      type: 'publication',
      channel: 'demo:a',
      offset: 1,
      user: 'admin',
      data: 'hello',
    });
  });

  it('exits with 5 if the server refuses the subscription, or a publication', async () => {
    const [read, sent] = await Promise.all([
      pipe(['connect', server.url, '-q', '--subscribe', 'news'], SIGN_IN),
      pipe(['connect', server.url, '-q', '--publish', 'news'], `${SIGN_IN}hello\n`),
    ]);
    expect([read.code, read.stdout]).toEqual([5, '']);
    expect(read.stderr).toMatch(/^sallyport: news: the subscription failed: .* \(channelNotFound\)\n$/);
    expect(sent.code).toBe(5);
    expect(sent.stderr).toMatch(
      /^sallyport: news: publish failed: .* \(channelNotFound\)\nsallyport: 1 line was not published\n$/,
    );
  });

  it('goes on after the server was killed and replaced, and says that publications may be lost', async () => {
    const doomed = await ServerProcess.start(name, [], await freePort());
    const reader = connected(doomed.url, '--subscribe', 'demo:a');
    const writer = connected(doomed.url, '--subscribe', 'demo:b', '--publish', 'demo:a');
    started.push(reader, writer);
    await reader.shows(/demo:a: subscribed\n/);
    await writer.shows(/demo:b: subscribed\n/);
    // It ends when the server has answered: a publication without an answer would be sent to the replacement again.
    await pipe(['connect', doomed.url, '-q', '--publish', 'demo:a'], `${SIGN_IN}before\n`);
    await reader.shows(/before/);
    await doomed.kill();
    await reader.shows(/trying again in/);
    replacement = await ServerProcess.start(name, [], doomed.port);
    await reader.shows(/"lost"/);
    writer.process.stdin?.end('after\n');
    expect((await writer.ended).code).toBe(0);
    await reader.shows(/after/);
    const lines = reader.stdout.trimEnd().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { type: string }).type)).toEqual([
      'publication',
      'lost',
      'publication',
    ]);
  });
});
