/** That a recording file is written, rotated and bounded, and that a full disk costs lines and nothing else. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openRecordingFile, type RecordingFileOptions } from '@sallyport/operations';
import { afterEach, beforeEach, expect, it } from 'vitest';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sallyport-recording-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const HEADER = '{"header":1}\n';
const open = (options: Partial<RecordingFileOptions> = {}) =>
  openRecordingFile({ path: join(folder, 'file'), ...options });
const read = (name = 'file') => readFileSync(join(folder, name), 'utf8');

it('lines stand in the file in their order, behind the header, and only the owner may read them', async () => {
  const file = await open();
  file.write(HEADER);
  for (let count = 0; count < 5_000; count += 1) file.write(`{"n":${count}}\n`);
  await file.close();
  const lines = read().trimEnd().split('\n');
  expect(lines).toHaveLength(5_001);
  expect(lines[1]).toBe('{"n":0}');
  expect(lines[5_000]).toBe('{"n":4999}');
  expect(statSync(join(folder, 'file')).mode & 0o777).toBe(0o600);
  expect(file.lost).toBe(0);
});

it('a recording that is there already is kept as the next number', async () => {
  writeFileSync(join(folder, 'file'), 'before\n');
  writeFileSync(join(folder, 'file.1'), 'long before\n');
  const file = await open();
  file.write(HEADER);
  await file.close();
  expect([read(), read('file.1'), read('file.2')]).toEqual([HEADER, 'before\n', 'long before\n']);
});

it('a full file is rotated: each file has the header, none is larger than allowed, and the oldest are deleted', async () => {
  const file = await open({ fileBytes: 65_536, files: 3 });
  file.write(HEADER);
  const padding = 'x'.repeat(1_000);
  for (let count = 0; count < 600; count += 1) file.write(`{"n":${count},"padding":"${padding}"}\n`);
  await file.close();
  expect(readdirSync(folder).sort()).toEqual(['file', 'file.1', 'file.2']);
  const numbers: number[] = [];
  for (const name of ['file.2', 'file.1', 'file']) {
    const text = read(name);
    expect(text.startsWith(HEADER)).toBe(true);
    expect(text.length).toBeLessThanOrEqual(65_536);
    numbers.push(...[...text.matchAll(/"n":(\d+)/g)].map(([, number]) => Number(number)));
  }
  expect(numbers.at(-1)).toBe(599);
  expect(numbers).toEqual(numbers.map((_, index) => (numbers[0] as number) + index));
});

it('with one file, rotation deletes what it had', async () => {
  const file = await open({ fileBytes: 65_536, files: 1 });
  file.write(HEADER);
  for (let count = 0; count < 200; count += 1) file.write(`${'x'.repeat(999)}\n`);
  await file.close();
  expect(readdirSync(folder)).toEqual(['file']);
  expect(read().length).toBeLessThanOrEqual(65_536);
});

it.skipIf(!existsSync('/dev/full'))(
  'a full disk costs lines: they are counted, and the failure is reported once',
  async () => {
    const failures: string[] = [];
    const file = await open({
      path: '/dev/full',
      onFailure: ({ code }) => failures.push(String(code)),
    });
    file.write(HEADER);
    for (let count = 0; count < 10_000; count += 1) file.write(`{"n":${count}}\n`);
    await file.close();
    expect(file.lost).toBe(10_000);
    expect(failures).toEqual(['ENOSPC']);
  },
);

it('after a failure the next line of the file says how many lines are missing, and the recovery is reported', async () => {
  const told: (string | number)[] = [];
  // The rotation fails, because a folder has the name of the next file.
  const path = join(folder, 'file');
  const file = await open({
    fileBytes: 65_536,
    files: 2,
    onFailure: ({ code }) => told.push(String(code)),
    onRecovery: (lost) => told.push(lost),
  });
  mkdirSync(`${path}.1/inside`, { recursive: true });
  file.write(HEADER);
  for (let count = 0; count < 100; count += 1) file.write(`${'x'.repeat(999)}\n`);
  while (told.length === 0) await new Promise(setImmediate);
  expect(told).toHaveLength(1);
  rmSync(`${path}.1`, { recursive: true });
  let tries = 0;
  while (told.length === 1) {
    file.write(`{"try":${tries}}\n`);
    tries += 1;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  file.write('{"last":1}\n');
  await file.close();
  const lines = ['file.1', 'file'].flatMap((name) =>
    existsSync(join(folder, name)) ? read(name).split('\n') : [],
  );
  const counts = lines.flatMap((text) =>
    text.startsWith('{"lost":') ? [JSON.parse(text).lost as number] : [],
  );
  expect(counts.length).toBeGreaterThan(0);
  expect(counts.reduce((sum, one) => sum + one, 0)).toBe(file.lost);
  expect(lines.filter((text) => text.startsWith('xxx')).length + file.lost).toBeGreaterThanOrEqual(100);
  expect(read().startsWith(HEADER)).toBe(true);
});

it('lines that the disk does not take in time are lost, so that memory stays bounded', async () => {
  const told: unknown[] = [];
  const file = await open({
    onFailure: ({ message }) => told.push(message),
    onRecovery: (lost) => told.push(lost),
  });
  file.write(HEADER);
  const line = `${'x'.repeat(999)}\n`;
  // No write of the file can end within this turn.
  for (let count = 0; count < 6_000; count += 1) file.write(line);
  expect(file.lost).toBeGreaterThan(1_500);
  expect(told).toEqual(['the disk is too slow']);
  await file.close();
  expect(read().length).toBeLessThan(4_300_000);
});

it('a folder, and a path that cannot be opened, are errors of the system', async () => {
  await expect(open({ path: folder })).rejects.toMatchObject({ code: 'EISDIR' });
  await expect(open({ path: join(folder, 'absent', 'file') })).rejects.toMatchObject({ code: 'ENOENT' });
});

it('a wrong option is named in the error', async () => {
  await expect(open({ fileBytes: 5 })).rejects.toThrow(/fileBytes must be a whole number from 65536/);
  await expect(open({ files: 0 })).rejects.toThrow(/files must be a whole number from 1 to 1000/);
  await expect(open({ path: '' })).rejects.toThrow(/path must be the path of a file/);
  await expect(open({ bytes: 5 } as never)).rejects.toThrow(/bytes is not an option of openRecordingFile/);
});
