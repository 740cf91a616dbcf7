/** That every event of the log is documented, and every documented one can be logged. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { reasons } from '@sallyport/protocol';
import { expect, it } from 'vitest';
import { logEvents, logFields } from '../src/log-events.ts';
import { undocumentedIn } from './documented-events.ts';

const sources = new URL('../src/', import.meta.url);
const page = new URL('../../../docs/operations/logs.md', import.meta.url);

it('the table has every event that the code can log, and no other', () => {
  const logged = new Set<string>();
  for (const name of readdirSync(sources, { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.ts') || name === 'log-events.ts') continue;
    const text = readFileSync(new URL(name, sources), 'utf8');
    for (const [, event = ''] of text.matchAll(/\bevent: '([\w.]+)'/g)) logged.add(event);
    // An event whose name is not a literal would escape this test.
    expect(text.replace(/\/\*[\s\S]*?\*\//g, ''), name).not.toMatch(/[{\n]\s*event(?:,|:(?! '))/);
  }
  expect([...logged].sort()).toEqual(Object.keys(logEvents).sort());
});

it('every documented field is one of some event', () => {
  const used = new Set(Object.values(logEvents).flatMap(({ fields }) => fields));
  expect(Object.keys(logFields).filter((name) => !used.has(name as keyof typeof logFields))).toEqual([]);
});

it('the end of a session can have every level of the table of reasons', () => {
  const levels = new Set<string>(Object.values(reasons).map(({ level }) => level));
  expect([...levels].filter((level) => !logEvents['session.closed']?.levels.includes(level))).toEqual([]);
});

it('a line with an unknown event, level or field is found', () => {
  const line = { level: 'info', time: 'x', event: 'drain.ended', ms: 5, msg: 'stopped' };
  expect(undocumentedIn(line)).toBeUndefined();
  expect(undocumentedIn({ ...line, event: 'drain.paused' })).toBe(
    "the event 'drain.paused' is not documented",
  );
  expect(undocumentedIn({ ...line, level: 'warn' })).toBe("'drain.ended' at level 'warn' is not documented");
  expect(undocumentedIn({ ...line, password: 'x' })).toBe(
    "the field 'password' of 'drain.ended' is not documented",
  );
});

it('docs/operations/logs.md has the tables of events and fields (-u writes them)', async () => {
  const events = Object.entries(logEvents).map(([name, { levels, fields, meaning }]) =>
    row(`\`${name}\``, levels.join(', '), fields.map((field) => `\`${field}\``).join(', '), meaning),
  );
  const fields = Object.entries(logFields).map(([name, meaning]) => row(`\`${name}\``, meaning));
  const written = readFileSync(page, 'utf8')
    .replace(/(?<=^\| event .*\n\|---.*\n)(\|.*\n)*/m, () => events.join(''))
    .replace(/(?<=^\| field .*\n\|---.*\n)(\|.*\n)*/m, () => fields.join(''));
  expect(written).toContain(events[0]);
  expect(written).toContain(fields[0]);
  await expect(written).toMatchFileSnapshot(fileURLToPath(page));
});

function row(...cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |\n`;
}
