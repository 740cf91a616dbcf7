import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readHash } from '../src/stored-hash.ts';
import { problemOfName, readUserLines } from '../src/user-lines.ts';
import { anyCharacter } from './any-character.ts';
import { apacheLine, apr1Hash, strong } from './known-hashes.ts';

const namesIn = (text: string) => [...readUserLines(text).users.keys()];

describe('A user file', () => {
  it('has comments, blank lines and users', () => {
    const { users, problems } = readUserLines(`# ours\n\n  # more\nada:${strong}\n   \n${apacheLine}\n`);
    expect(problems).toEqual([]);
    expect([...users].map(([name, { line, hash }]) => [name, line, hash.scheme])).toEqual([
      ['ada', 4, 'argon2'],
      ['myName', 6, 'bcrypt'],
    ]);
  });

  it('may have CRLF, a byte order mark, no last line end, and white space at line ends', () => {
    expect(namesIn(`\ufeffada:${strong} \r\nbob:${strong}\t\r\n${apacheLine}`)).toEqual([
      'ada',
      'bob',
      'myName',
    ]);
  });

  it('may have a comment behind a second colon, as nginx and Apache allow it', () => {
    const { users, problems } = readUserLines(
      `ada:${strong}:a comment: with colons\r\n${apacheLine}:\nbob:${strong} :x\neve::${strong}\n`,
    );
    expect([...users].map(([name, { hash }]) => [name, hash.text])).toEqual([
      ['ada', strong],
      ['myName', apacheLine.slice('myName:'.length)],
      ['bob', strong],
    ]);
    expect(problems).toMatchObject([
      { line: 4, problem: expect.stringMatching(/^the hash of eve: neither/) },
    ]);
  });

  it('may be empty', () => {
    expect(readUserLines('')).toEqual({ users: new Map(), problems: [] });
  });

  it('reports the lines that cannot be read, and the others count', () => {
    const { users, problems } = readUserLines(
      [
        'hunter2',
        `ada:${strong}`,
        `bob:${apr1Hash}`,
        `:${strong}`,
        `ada:${strong}`,
        ` eve:${strong}`,
        `a\u001bb:${strong}`,
        'x:hunter2',
      ].join('\n'),
    );
    expect([...users.keys()]).toEqual(['ada']);
    expect(problems.map(({ line, problem }) => `${line}: ${problem}`)).toEqual([
      '1: no colon: it must be name:hash',
      expect.stringMatching(/^3: the hash of bob: Apache's MD5/),
      '4: the name is empty',
      '5: line 2 has the name ada already, and counts',
      '6: the name begins or ends with white space',
      '7: the name has control characters',
      expect.stringMatching(/^8: the hash of x: neither/),
    ]);
    expect(JSON.stringify(problems)).not.toMatch(/hunter2|r31/);
  });

  it('A18: has the users on its lines only, whatever their names', () => {
    const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf'];
    for (const name of names) expect(readUserLines(`ada:${strong}`).users.get(name)).toBeUndefined();
    expect(namesIn(names.map((name) => `${name}:${strong}`).join('\n'))).toEqual(names);
  });

  it('A15: compares names by their bytes', () => {
    const names = ['é', 'e\u0301', 'K', '\u212a', 'ſ', 's', 'İ', 'i'];
    expect(namesIn(names.map((name) => `${name}:${strong}`).join('\n'))).toEqual(names);
  });
});

describe('Any text in a user file', () => {
  const line = fc.oneof(
    fc.string({ unit: anyCharacter }),
    fc
      .tuple(fc.string({ unit: 'grapheme' }), fc.constantFrom(strong, apr1Hash, ''))
      .map(([name, hash]) => `${name}:${hash}`),
  );

  it('has only lines that are a user with a hash, a comment, blank, or a problem', () => {
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        const text = lines.join('\n');
        const { users, problems } = readUserLines(text);
        const numbers = [
          ...[...users.values()].map((user) => user.line),
          ...problems.map((problem) => problem.line),
        ];
        expect(new Set(numbers).size).toBe(numbers.length);
        for (const [name, { hash }] of users) {
          expect(problemOfName(name)).toBeUndefined();
          expect(readHash(hash.text)).toEqual(hash);
          expect(text).toContain(`${name}:${hash.text}`);
        }
        const others = text.split('\n').filter((_, index) => !numbers.includes(index + 1));
        for (const other of others) expect(other.replace(/^\ufeff/, '')).toMatch(/^\s*(#|$)/);
      }),
    );
  });
});

it('A17: a name has at most 256 bytes', () => {
  expect(problemOfName('é'.repeat(128))).toBeUndefined();
  expect(problemOfName(`${'é'.repeat(128)}x`)).toMatch('256 bytes');
});
