import { verify as verifyArgon2 } from '@node-rs/argon2';
import { verify as verifyBcrypt } from '@node-rs/bcrypt';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decoyHash, readHash } from '../src/stored-hash.ts';
import { anyCharacter } from './any-character.ts';
import { apacheLine, apr1Hash, bcrypt, cheap, strong } from './known-hashes.ts';

function problemOf(text: string): string {
  const reading = readHash(text);
  if (!('problem' in reading)) throw new Error('is read');
  return reading.problem;
}

const isWeak = (text: string) => {
  const reading = readHash(text);
  if ('problem' in reading) throw new Error(reading.problem);
  return reading.isWeak;
};

const withCost = (m: number | string, t: number | string, p: number | string) =>
  strong.replace('m=19456,t=2,p=1', `m=${m},t=${t},p=${p}`);

describe('A hash that is supported', () => {
  it.each([
    ['argon2id at the cost of OWASP', strong, false],
    ['argon2id at another of OWASP', withCost(7168, 5, 1), false],
    ['argon2id of RFC 9106, section 4, second choice', withCost(65536, 3, 4), false],
    ['argon2id with too few passes', withCost(19456, 1, 1), true],
    ['argon2id with too little memory', cheap('x'), true],
    ['argon2i', strong.replace('argon2id', 'argon2i'), true],
    ['argon2d', strong.replace('argon2id', 'argon2d'), true],
    ['argon2 of version 16', strong.replace('v=19', 'v=16'), false],
    ['bcrypt of htpasswd -B', apacheLine.slice(7), true],
    ['bcrypt at the cost of OWASP', apacheLine.slice(7).replace('$05', '$10'), false],
    ['bcrypt of OpenBSD', bcrypt('x'), true],
  ])('%s', (_, text, weak) => {
    expect(isWeak(text)).toBe(weak);
  });
});

describe('A hash that is not supported, and its problem', () => {
  it.each<[string, string, RegExp]>([
    ['a memory that would kill the server', withCost(4294967295, 2, 1), /m=4294967295 .*262144 KiB/],
    ['a memory of a gibibyte', withCost(1048576, 1, 1), /m=1048576/],
    ['hours of passes', withCost(8, 4294967295, 1), /t=4294967295 is not from 1 to 64/],
    ['seconds of work', withCost(262144, 5, 1), /m=262144 times t=5/],
    ['no pass', withCost(8, 0, 1), /t=0/],
    ['no lane', withCost(8, 1, 0), /p=0/],
    ['many lanes', withCost(4096, 1, 255), /p=255 is not from 1 to 16/],
    ['too little memory for its lanes', withCost(31, 1, 4), /m=31 is less/],
    ['a negative cost', withCost(-1, 2, 1), /PHC/],
    ['a fractional cost', withCost('1e3', 2, 1), /PHC/],
    ['a leading zero', withCost('08', 1, 1), /PHC/],
    ['no version', strong.replace('$v=19', ''), /PHC/],
    ['another version', strong.replace('v=19', 'v=20'), /PHC/],
    ['a short salt', strong.replace('aSppvc+LBq1lnYxMr3VqbQ', 'aSppvc+L'), /salt/],
    ['a short hash', `${strong.slice(0, -43)}aSppvc+L`, /hash is not 16/],
    ['bits where none belong', `${strong.slice(0, -1)}J`, /base64/],
    ['padding', `${strong}=`, /PHC/],
    ["Apache's default", apr1Hash, /MD5 \(\$apr1\$.*htpasswd -B/],
    ['SHA-1', '{SHA}VBPuJHI7uixaa6LQGWx4s+5GKNE=', /SHA-1.*htpasswd -B/],
    ['SHA-512 crypt', '$6$saltsalt$x', /SHA-512 crypt/],
    ['yescrypt', '$y$j9T$x$y', /yescrypt/],
    ['LDAP', '{SSHA}x', /LDAP/],
    ['a password', 'hunter2', /a password as it is/],
    ['DES crypt', 'rqXexS6ZhobKA', /DES crypt/],
    ['nothing', '', /neither/],
    ['a cut bcrypt', apacheLine.slice(7, -1), /cut/],
    ['a bcrypt of hours', apacheLine.slice(7).replace('$05', '$31'), /cost of 31 is not from 4 to 14/],
    ['a bcrypt of nothing', apacheLine.slice(7).replace('$05', '$03'), /cost of 3 /],
  ])('%s', (_, text, problem) => {
    expect(problemOf(text)).toMatch(problem);
  });

  it('never shows the hash', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-zA-Z0-9./+=]{20,60}$/), (secret) => {
        for (const beginning of ['', '$apr1$', '{SHA}', '$2y$05$', '$argon2id$'])
          expect(problemOf(beginning + secret)).not.toContain(secret);
      }),
    );
  });
});

describe('Any text in the place of a hash', () => {
  const base64 = fc
    .uint8Array({ minLength: 0, maxLength: 70 })
    .map((bytes) => Buffer.from(bytes).toString('base64').replace(/=+$/, ''));
  const cost = fc.oneof(fc.integer({ min: -1, max: 80 }), fc.nat(2 ** 32));
  const argon2Like = fc
    .tuple(fc.constantFrom('id', 'i', 'd'), fc.constantFrom(16, 19, 20), cost, cost, cost, base64, base64)
    .map(([type, v, m, t, p, salt, hash]) => `$argon2${type}$v=${v}$m=${m},t=${t},p=${p}$${salt}$${hash}`);
  const mutated = fc
    .tuple(
      fc.constantFrom(strong, apacheLine.slice(7)),
      fc.nat(100),
      fc.string({ unit: anyCharacter, maxLength: 3 }),
    )
    .map(([text, at, other]) => text.slice(0, at) + other + text.slice(at + 1));

  it('is a hash or has a problem of one line, and never throws', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: anyCharacter }), argon2Like, mutated), (text) => {
        const reading = readHash(text);
        if ('problem' in reading) expect(reading.problem).toMatch(/^[^\n]+$/);
        else expect(reading.text).toBe(text);
      }),
      { numRuns: 1_000 },
    );
  });

  it('can be verified within the cost limits, if it is a hash', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(argon2Like, mutated), async (text) => {
        const reading = readHash(text);
        fc.pre(!('problem' in reading));
        if ('problem' in reading) return;
        const costs = /m=(\d+),t=(\d+)/.exec(text);
        if (costs) expect(Number(costs[1]) * Number(costs[2])).toBeLessThanOrEqual(2 ** 20);
        // What the library makes of it, as long as it is cheap enough for a test.
        if (costs && Number(costs[1]) * Number(costs[2]) < 4_000)
          expect(await verifyArgon2(text, 'x')).toBe(false);
        if (reading.scheme === 'bcrypt' && text.includes('$05$'))
          expect(await verifyBcrypt('x', text)).toBe(false);
      }),
      { numRuns: 30 },
    );
  });
});

describe('A decoy hash', () => {
  it.each([undefined, '$argon2id$v=19$m=64,t=1,p=1', '$argon2i$v=16$m=8,t=3,p=1', '$2y$05', '$2b$12'])(
    'is read, and has the requested cost: %s',
    (cost) => {
      const decoy = decoyHash(cost);
      expect(readHash(decoy.text)).toEqual(decoy);
      expect(decoy.cost).toBe(cost ?? '$argon2id$v=19$m=19456,t=2,p=1');
      expect(decoyHash(cost).text).not.toBe(decoy.text);
    },
  );
});
