/** Channels at a terminal: two real terminals on the demo channels of the real servers. */
import { freePort } from '@sallyport/test-fixtures/free-port';
import { afterEach, describe, expect, it } from 'vitest';
import { isUnavailable, ServerProcess, servers } from './server-processes.ts';
import { ENTER, Terminal } from './terminal.ts';

const started: Terminal[] = [];

async function signedIn(url: string, ...args: readonly string[]): Promise<Terminal> {
  const terminal = new Terminal(['connect', url, '--json', '--username', 'admin', ...args]);
  started.push(terminal);
  await terminal.shows(/Password of admin:$/);
  terminal.type(`123456${ENTER}`);
  await terminal.shows(/"exit" leaves/);
  return terminal;
}

describe.for(servers)('sallyport connect at a terminal uses channels, with %s,', (name) => {
  if (isUnavailable(name)) return it.skip('needs its binary');
  let server: ServerProcess | undefined;
  afterEach(async () => {
    for (const terminal of started.splice(0)) terminal.kill();
    await server?.stop('SIGKILL');
  });

  it('subscribes, publishes, shows the present users, and unsubscribes', async () => {
    server = await ServerProcess.start(name);
    const terminal = await signedIn(server.url);
    terminal.type(`/help${ENTER}`);
    await terminal.shows(/\* \/subscribe CHANNEL, as in/);
    terminal.type(`/publish demo:a early${ENTER}`);
    await terminal.shows(/\* demo:a: published #1/);
    terminal.type(`/subscribe demo:a${ENTER}`);
    await terminal.shows(/\* demo:a: subscribed\n/);
    terminal.type(`/publish demo:a {"n":1}${ENTER}`);
    await terminal.shows(/< demo:a admin: \{"n":1\} #2/);
    terminal.type(`/presence demo:a${ENTER}`);
    await terminal.shows(/< demo:a: 1 user: admin\n/);
    terminal.type(`/unsubscribe demo:a${ENTER}`);
    await terminal.shows(/\* demo:a: unsubscribed\n/);
    terminal.type(`/unsubscribe demo:a${ENTER}`);
    await terminal.shows(/\* demo:a: not subscribed\n/);
    terminal.type(`/subscribe news${ENTER}`);
    await terminal.shows(/\* news: the subscription failed: .* \(channelNotFound\)/);
    terminal.type(`/publish demo:a${ENTER}`);
    await terminal.shows(/\* not sent: \/publish CHANNEL TEXT/);
    terminal.type(`exit${ENTER}`);
    expect(await terminal.ended).toBe(0);
  });

  it('two terminals see each publication once and in order, or the word lost, when the server is replaced', async () => {
    const doomed = await ServerProcess.start(name, [], await freePort());
    const one = await signedIn(doomed.url, '--subscribe', 'demo:a');
    const other = await signedIn(doomed.url, '--subscribe', 'demo:a', '--publish', 'demo:a');
    for (const terminal of [one, other]) await terminal.shows(/\* demo:a: subscribed\n/);
    for (const text of ['first', 'second']) other.type(`${text}${ENTER}`);
    for (const terminal of [one, other]) await terminal.shows(/admin: second #2/);
    // A publication without an answer would be sent to the next server again. The answers come in order.
    other.type(`/presence demo:a${ENTER}`);
    await other.shows(/< demo:a: 1 user: admin \(2 sessions\)/);
    await doomed.kill();
    for (const terminal of [one, other]) await terminal.shows(/\* demo:a: not subscribed now/);
    server = await ServerProcess.start(name, [], doomed.port);
    for (const terminal of [one, other]) await terminal.shows(/\* demo:a: lost:/);
    other.type(`third${ENTER}`);
    for (const terminal of [one, other]) {
      await terminal.shows(/admin: third #1/);
      const seen = terminal.text.match(/(?<=admin: )\w+(?= #)|(?<=demo:a: )lost/g);
      expect(seen).toEqual(['first', 'second', 'lost', 'third']);
    }
  });
});
