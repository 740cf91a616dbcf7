/** Standard output over a stream whose reader the test controls. `binaries.test.ts` uses a real pipe. */
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

/** A stream that accepts one write each time the test reads. */
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
  const events: string[] = [];
  const output = openStandardOutput(
    {
      dropped(lines) {
        events.push(`dropped ${lines}`);
        output.write('reported\n');
      },
      closed: () => events.push('closed'),
    },
    stream,
  );
  const readAll = async () => {
    while (take) {
      take();
      await vi.advanceTimersByTimeAsync(0);
    }
  };
  return { output, stream, taken, events, readAll };
}

it('E29: buffers 1 MiB of unread lines, drops the rest, and reports the number before the next line', async () => {
  const { output, stream, taken, events, readAll } = opened();
  for (let line = 0; line < 1_024; line += 1) output.write(LINE);
  expect(stream.writableLength).toBe(1_048_576);
  for (let line = 0; line < 7; line += 1) output.write(LINE);
  expect(stream.writableLength).toBe(1_048_576);
  expect(events).toEqual([]);
  await readAll();
  output.write('next\n');
  await readAll();
  expect(events).toEqual(['dropped 7']);
  expect(taken).toHaveLength(1_026);
  expect(taken.slice(-2)).toEqual(['reported\n', 'next\n']);
});

it('E29: drops every line until the reader has caught up, so that the log has one gap', async () => {
  const { output, taken, events, readAll } = opened();
  output.write(LINE.repeat(1_023));
  output.write(LINE.repeat(2));
  output.write('small\n');
  await readAll();
  expect(events).toEqual(['dropped 2']);
  expect(taken).not.toContain('small\n');
});

it.each([0, 1, 100])('flushes when all of %d lines are read, or after a second', async (lines) => {
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

it('reports a closed pipe, but not a full disk', () => {
  const { stream, events } = opened();
  stream.emit('error', Object.assign(new Error(), { code: 'ENOSPC' }));
  expect(events).toEqual([]);
  stream.emit('error', Object.assign(new Error(), { code: 'EPIPE' }));
  expect(events).toEqual(['closed']);
});

/** A stream that accepts writes while the disk has space. */
function onDisk() {
  const taken: string[] = [];
  const disk = { isFull: false };
  const stream = new Writable({
    // Like Node's standard output, which an error does not end.
    autoDestroy: false,
    write(chunk, _, done) {
      if (disk.isFull) return done(Object.assign(new Error('no space'), { code: 'ENOSPC' }));
      taken.push(String(chunk));
      done();
    },
  });
  // Node does the same for standard output after an error.
  stream.on('error', () => {
    (stream as unknown as { _undestroy(): void })._undestroy();
  });
  const output = openStandardOutput(
    { dropped: (lines) => output.write(`dropped ${lines}\n`), closed() {} },
    stream,
  );
  const writeLines = async (...lines: readonly string[]) => {
    for (const line of lines) output.write(`${line}\n`);
    await vi.advanceTimersByTimeAsync(0);
  };
  return { disk, writeLines, taken };
}

it('E29: counts the lines that a full disk rejects, and reports them before the next line', async () => {
  const { disk, writeLines, taken } = onDisk();
  await writeLines('before');
  disk.isFull = true;
  await writeLines('lost 1');
  await writeLines('lost 2', 'lost 3');
  await writeLines('lost 4');
  disk.isFull = false;
  await writeLines('after', 'and more');
  expect(taken).toEqual(['before\n', 'dropped 4\n', 'after\n', 'and more\n']);
});

it.skipIf(!existsSync('/dev/full'))(
  'E29: counts the lines that a full disk rejects on the standard output of a process',
  async () => {
    vi.useRealTimers();
    const folder = mkdtempSync(join(tmpdir(), 'sallyport-'));
    const file = join(folder, 'log');
    const module = new URL('../dist/standard-output.js', import.meta.url).href;
    const script = `
      import { closeSync, openSync } from 'node:fs';
      import { setImmediate as nextTurn } from 'node:timers/promises';
      import { openStandardOutput } from ${JSON.stringify(module)};
      const output = openStandardOutput({ dropped: (lines) => output.write('dropped ' + lines + '\\n'), closed() {} });
      for (const line of ['lost 1', 'lost 2', 'lost 3']) {
        output.write(line + '\\n');
        await nextTurn();
      }
      // The same descriptor, now with space.
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
