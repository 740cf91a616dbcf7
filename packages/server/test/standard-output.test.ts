/** Over a stream whose reader is in the test's hands; over a real pipe see binaries.test.ts. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { openStandardOutput } from '../src/standard-output.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const LINE = `${'x'.repeat(1_023)}\n`;

/** A stream that takes what is written one by one, each time it is read. */
function opened() {
  const taken: string[] = [];
  let take: (() => void) | undefined;
  const stream = new Writable({
    write(chunk, _, done) {
      take = () => {
        take = undefined;
        taken.push(String(chunk));
        done();
      };
    },
  });
  const told: string[] = [];
  const output = openStandardOutput(
    {
      dropped(lines) {
        told.push(`dropped ${lines}`);
        output.write('told\n');
      },
      gone: () => told.push('gone'),
    },
    stream,
  );
  const readAll = async () => {
    while (take) {
      take();
      await vi.advanceTimersByTimeAsync(0);
    }
  };
  return { output, stream, taken, told, readAll };
}

it('E29: keeps 1 MiB of what is not read, leaves out the rest, and tells how much, before what follows', async () => {
  const { output, stream, taken, told, readAll } = opened();
  for (let line = 0; line < 1_024; line += 1) output.write(LINE);
  expect(stream.writableLength).toBe(1_048_576);
  for (let line = 0; line < 7; line += 1) output.write(LINE);
  expect(stream.writableLength).toBe(1_048_576);
  expect(told).toEqual([]);
  await readAll();
  output.write('next\n');
  await readAll();
  expect(told).toEqual(['dropped 7']);
  expect(taken).toHaveLength(1_026);
  expect(taken.slice(-2)).toEqual(['told\n', 'next\n']);
});

it('E29: has one gap, not many: a small line does not slip in where a long one was left out', async () => {
  const { output, taken, told, readAll } = opened();
  output.write(LINE.repeat(1_023));
  output.write(LINE.repeat(2));
  output.write('small\n');
  await readAll();
  expect(told).toEqual(['dropped 2']);
  expect(taken).not.toContain('small\n');
});

it.each([0, 1, 100])('is flushed when all of %d lines is read, or after a second', async (lines) => {
  for (const isRead of [true, false]) {
    const { output, readAll } = opened();
    for (let line = 0; line < lines; line += 1) output.write(LINE);
    const flushed = vi.fn();
    void output.flushed().then(flushed);
    await vi.advanceTimersByTimeAsync(999);
    expect(flushed).not.toHaveBeenCalled();
    await (isRead ? readAll() : vi.advanceTimersByTimeAsync(1));
    expect(flushed).toHaveBeenCalledOnce();
  }
});

it('is told when nobody will read again, and not of a full disk', () => {
  const { stream, told } = opened();
  stream.emit('error', Object.assign(new Error(), { code: 'ENOSPC' }));
  expect(told).toEqual([]);
  stream.emit('error', Object.assign(new Error(), { code: 'EPIPE' }));
  expect(told).toEqual(['gone']);
});

/** Takes what is written while there is room. */
function onDisk() {
  const taken: string[] = [];
  const disk = { isFull: false };
  const stream = new Writable({
    // As Node's own standard output, which an error does not end.
    autoDestroy: false,
    write(chunk, _, done) {
      if (disk.isFull) return done(Object.assign(new Error('no space'), { code: 'ENOSPC' }));
      taken.push(String(chunk));
      done();
    },
  });
  // What Node does for standard output when it has failed.
  stream.on('error', () => {
    (stream as unknown as { _undestroy(): void })._undestroy();
  });
  const output = openStandardOutput(
    { dropped: (lines) => output.write(`dropped ${lines}\n`), gone() {} },
    stream,
  );
  const say = async (...lines: readonly string[]) => {
    for (const line of lines) output.write(`${line}\n`);
    await vi.advanceTimersByTimeAsync(0);
  };
  return { disk, say, taken };
}

it('E29: counts the lines that a full disk does not take, and tells it before the next that it takes', async () => {
  const { disk, say, taken } = onDisk();
  await say('before');
  disk.isFull = true;
  await say('lost 1');
  await say('lost 2', 'lost 3');
  await say('lost 4');
  disk.isFull = false;
  await say('after', 'and more');
  expect(taken).toEqual(['before\n', 'dropped 4\n', 'after\n', 'and more\n']);
});

it.skipIf(!existsSync('/dev/full'))(
  'E29: counts them on the standard output of a process, too',
  async () => {
    vi.useRealTimers();
    const folder = mkdtempSync(join(tmpdir(), 'sallyport-'));
    const file = join(folder, 'log');
    const module = new URL('../dist/standard-output.js', import.meta.url).href;
    const script = `
      import { closeSync, openSync } from 'node:fs';
      import { setImmediate as nextTurn } from 'node:timers/promises';
      import { openStandardOutput } from ${JSON.stringify(module)};
      const output = openStandardOutput({ dropped: (lines) => output.write('dropped ' + lines + '\\n'), gone() {} });
      for (const line of ['lost 1', 'lost 2', 'lost 3']) {
        output.write(line + '\\n');
        await nextTurn();
      }
      // The same descriptor: somebody has made room.
      closeSync(1);
      openSync(${JSON.stringify(file)}, 'w');
      output.write('after\\n');
      await output.flushed();
    `;
    const full = openSync('/dev/full', 'w');
    const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
      stdio: ['ignore', full, 'inherit'],
    });
    const [code] = await once(child, 'close');
    closeSync(full);
    const written = readFileSync(file, 'utf8');
    rmSync(folder, { recursive: true });
    expect([code, written]).toEqual([0, 'dropped 3\nafter\n']);
  },
  60_000,
);
