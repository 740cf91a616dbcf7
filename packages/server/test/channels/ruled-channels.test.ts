/** The channels by rules: the demo channels beside a file, and what SIGHUP reads and logs. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SimulatedClock } from '@sallyport/core/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createRuledChannels } from '../../src/channels/ruled-channels.ts';
import { createLogger } from '../../src/logging.ts';
import { createRepeatLimiter } from '../../src/repeat-limiter.ts';

let path: string;
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sallyport-ruled-'));
  path = join(folder, 'channels.json');
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** The channels of a server that started with this file. */
function started(namespaces: object | undefined, demo: boolean) {
  const write = (next: unknown) => writeFileSync(path, JSON.stringify({ namespaces: next }));
  if (namespaces) write(namespaces);
  const lines: string[] = [];
  const log = createLogger('info', { write: (line) => void lines.push(line) });
  const file = namespaces && { value: path, name: '--channels' };
  const clock = new SimulatedClock();
  const ruled = createRuledChannels({ file, demo }, { clock, log, repeats: createRepeatLimiter(clock) });
  return { ...ruled, write, logged: () => lines.splice(0).map((line) => JSON.parse(line) as object) };
}

it('the demo channels exist beside the file, unless it has rules for demo:* itself', async () => {
  const beside = started({ news: { subscribe: '*' } }, true);
  expect((await beside.channels.publish('demo:a', 1)).type).toBe('published');
  expect((await beside.channels.publish('news', 1)).type).toBe('published');
  expect(beside.hasDemoChannels).toBe(true);
  const inFile = started({ 'demo:*': {} }, true);
  expect((await inFile.channels.publish('demo:a', 1)).type).toBe('published');
  expect(inFile.hasDemoChannels).toBe(false);
  const without = started({ news: {} }, false);
  await expect(without.channels.publish('demo:a', 1)).rejects.toThrow('must be in one of the `namespaces`');
});

it('a reload opens the channels of the new file, and logs their number', async () => {
  const { channels, write, reload, announce, logged } = started({ news: {} }, false);
  announce();
  expect(logged()).toMatchObject([{ event: 'channels.read', file: path, namespaces: 1 }]);
  await expect(channels.publish('room:1', 1)).rejects.toThrow();
  write({ news: {}, 'room:*': {} });
  reload();
  expect(logged()).toMatchObject([{ event: 'channels.read', namespaces: 2, ended: 0 }]);
  expect((await channels.publish('room:1', 1)).type).toBe('published');
});

it('a reload of a bad file changes nothing, and logs one line', async () => {
  const { channels, write, reload, logged } = started({ news: {} }, false);
  write({ news: { publish: 'ada', recover: 1 } });
  reload();
  expect(logged()).toMatchObject([
    {
      level: 'error',
      event: 'channels.problem',
      msg: expect.stringContaining('the channel rules in service stay'),
    },
  ]);
  expect((await channels.publish('news', 1)).type).toBe('published');
});

it('without a file a reload reads and logs nothing', () => {
  const { reload, announce, logged } = started(undefined, true);
  announce();
  reload();
  expect(logged()).toEqual([]);
});
