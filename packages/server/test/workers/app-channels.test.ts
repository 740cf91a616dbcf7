/** An app whose channels are on the broker that all workers share. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { workerBroker } from '../../src/index.ts';
import { binaries } from '../binary.ts';
import { WorkerServer } from './worker-server.ts';

/** The addresses of the built packages, as an app finds them in its `node_modules`. */
const server = new URL('../../dist/index.js', import.meta.url).href;
const channels = new URL('../../../channels/dist/index.js', import.meta.url).href;
const ws = new URL('../../../ws/dist/index.js', import.meta.url).href;

const app = `
import { allow, createChannels } from '${channels}';
import { workerBroker } from '${server}';
import { systemClock } from '${ws}';

const broker = workerBroker();
export const channels = createChannels({
  clock: systemClock,
  random: Math.random,
  authorize: () => allow(),
  ...(broker && { broker }),
});
`;

const folder = mkdtempSync(join(tmpdir(), 'sallyport-app-'));
const file = join(folder, 'app.mjs');
writeFileSync(file, app);
const started: WorkerServer[] = [];
afterEach(async () => {
  await Promise.all(started.splice(0).map((one) => one.stop()));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.each(binaries)('the channels of an app on $name --workers', (binary) => {
  it.skipIf(binary.unusable)('reach the clients of all workers through workerBroker', async () => {
    const running = new WorkerServer(binary, 2, '--port', '0', '--app', file);
    started.push(running);
    const [ada, bob] = await running.onTwoWorkers();
    expect(await bob.client.ask({ type: 'subscribe', channel: 'room' })).toMatchObject({
      type: 'subscribed',
    });
    await ada.client.ask({ type: 'publish', channel: 'room', data: 'hi' });
    expect(await bob.client.heard('publication')).toMatchObject({ data: 'hi' });
  });
});

it('there is no broker of workers in a process without a parent', () => {
  expect(workerBroker()).toBeUndefined();
});
