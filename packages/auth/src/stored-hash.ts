/**
 * Reads stored hashes, and finds the cost of their verification: argon2 in PHC's format, and bcrypt as Apache's `htpasswd -B`
 * writes it.
 *
 * A hash that passes here goes to a native library. So the costs are bounded here, before any verification: one line with
 * `m=4294967295` would take all memory of the server. The check is strict to the last bit: a hash that passes and cannot be verified
 * would be answered sooner than a wrong password. The text of a problem never has a hash in it. Proven by: test/stored-hash.test.ts.
 */
import { randomBytes } from 'node:crypto';

/** A hash of a password, as a user file has it. */
export interface StoredHash {
  /** The family of the hash. */
  readonly scheme: 'argon2' | 'bcrypt';
  /** The hash as the file has it. */
  readonly text: string;
  /** Scheme and costs, the part before the salt: equal for hashes that take equally long to verify. */
  readonly cost: string;
  /** Weaker than OWASP's Password Storage Cheat Sheet asks for: it is replaced when its user signs in. */
  readonly isWeak: boolean;
}

export type HashReading = StoredHash | { readonly problem: string };

/** The cost of new hashes: a choice of OWASP's Password Storage Cheat Sheet, 19 MiB and about 55 ms. */
export const newHashCost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** Memory of one verification, in KiB: a quarter of a gibibyte. */
const MAX_MEMORY = 262_144;
/** Memory in KiB times passes: about 1.5 s, so that a queue of them stays within the core's 5 s. */
const MAX_WORK = 1_048_576;
const MAX_PASSES = 64;
const MAX_LANES = 16;
/** Rounds; each step doubles the time. At most about 1 s. */
const BCRYPT_ROUNDS = { least: 4, weakBelow: 10, most: 14 };

/** OWASP's five equally strong choices for argon2id, as KiB and passes. */
const STRONG = [
  [47_104, 1],
  [19_456, 2],
  [12_288, 3],
  [9_216, 4],
  [7_168, 5],
] as const;

const NUMBER = '(0|[1-9][0-9]{0,9})';
const ARGON2 = new RegExp(
  `^(\\$argon2(id|i|d)\\$v=(?:16|19)\\$m=${NUMBER},t=${NUMBER},p=${NUMBER})\\$([A-Za-z0-9+/]{1,128})\\$([A-Za-z0-9+/]{1,128})$`,
);
/** The last characters of salt and digest have unused bits, which must be 0: the library refuses them at once if not. */
const BCRYPT = /^(\$2[aby]\$(\d\d))\$[./A-Za-z0-9]{21}[.Oeu][./A-Za-z0-9]{30}[.CGKOSWaeimquy26]$/;

/** Formats of other programs that are not supported: how they begin, and their names. */
const UNSUPPORTED: readonly (readonly [RegExp, string])[] = [
  [/^\$apr1\$/, "Apache's MD5 ($apr1$, htpasswd's default)"],
  [/^\{SHA\}/i, 'SHA-1 without a salt ({SHA}, htpasswd -s)'],
  [/^\{[A-Za-z0-9.-]{1,20}\}/, "a scheme of LDAP's"],
  [/^\$1\$/, 'MD5 crypt ($1$)'],
  [/^\$5\$/, 'SHA-256 crypt ($5$, htpasswd -2)'],
  [/^\$6\$/, 'SHA-512 crypt ($6$, htpasswd -5)'],
  [/^\$y\$/, 'yescrypt ($y$)'],
  [/^\$(?:7|scrypt)\$/, 'scrypt'],
  [/^\$pbkdf2/, 'PBKDF2'],
  [/^\$2x\$/, 'the broken bcrypt of 2011 ($2x$)'],
];

const ADVICE = 'set the password anew, with htpasswd -B or sallyport users passwd';

export function readHash(text: string): HashReading {
  if (text.startsWith('$argon2')) return readArgon2(text);
  if (/^\$2[aby]\$/.test(text)) return readBcrypt(text);
  const name = UNSUPPORTED.find(([beginning]) => beginning.test(text))?.[1];
  return {
    problem: name
      ? `${name} is not supported: ${ADVICE}`
      : `neither argon2 nor bcrypt (a password as it is, or DES crypt?): ${ADVICE}`,
  };
}

function readArgon2(text: string): HashReading {
  const [, cost = '', variant, memory, passes, lanes, salt = '', digest = ''] = ARGON2.exec(text) ?? [];
  if (cost === '')
    return {
      problem:
        'no argon2 hash in PHC format: $argon2id$v=19$m=19456,t=2,p=1$salt$hash, of which the costs may differ',
    };
  const [m, t, p] = [Number(memory), Number(passes), Number(lanes)];
  if (m > MAX_MEMORY) return { problem: `m=${m} asks for more than ${MAX_MEMORY} KiB of memory` };
  if (t < 1 || t > MAX_PASSES) return { problem: `t=${t} is not from 1 to ${MAX_PASSES}` };
  if (p < 1 || p > MAX_LANES) return { problem: `p=${p} is not from 1 to ${MAX_LANES}` };
  if (m < 8 * p) return { problem: `m=${m} is less than 8 KiB for each of p=${p}` };
  if (m * t > MAX_WORK)
    return { problem: `m=${m} times t=${t} is more than ${MAX_WORK}: it would take seconds` };
  if (!isBase64(salt, 8, 64)) return { problem: 'its salt is not 8 to 64 bytes in base64 without padding' };
  if (!isBase64(digest, 16, 64))
    return { problem: 'its hash is not 16 to 64 bytes in base64 without padding' };
  const isStrong = variant === 'id' && STRONG.some(([memory, passes]) => m >= memory && t >= passes);
  return { scheme: 'argon2', text, cost, isWeak: !isStrong };
}

function readBcrypt(text: string): HashReading {
  const [, cost = '', digits] = BCRYPT.exec(text) ?? [];
  const rounds = Number(digits);
  if (cost === '') return { problem: 'no bcrypt hash: it is cut, or has bits where none belong' };
  if (rounds < BCRYPT_ROUNDS.least || rounds > BCRYPT_ROUNDS.most)
    return {
      problem: `a bcrypt cost of ${rounds} is not from ${BCRYPT_ROUNDS.least} to ${BCRYPT_ROUNDS.most}`,
    };
  return { scheme: 'bcrypt', text, cost, isWeak: rounds < BCRYPT_ROUNDS.weakBelow };
}

function isBase64(text: string, leastBytes: number, mostBytes: number): boolean {
  const bytes = Buffer.from(text, 'base64');
  const isCanonical = bytes.toString('base64').replace(/=+$/, '') === text;
  return isCanonical && bytes.length >= leastBytes && bytes.length <= mostBytes;
}

/** A random hash of this cost: no password belongs to it, and it takes as long to verify as a real one. */
export function decoyHash(cost = argon2Cost()): StoredHash {
  const text = cost.startsWith('$argon2')
    ? `${cost}$${unpadded(randomBytes(16))}$${unpadded(randomBytes(32))}`
    : `${cost}$${bcryptLetters(21)}.${bcryptLetters(30)}.`;
  return readHash(text) as StoredHash;
}

function argon2Cost(): string {
  const { memoryCost, timeCost, parallelism } = newHashCost;
  return `$argon2id$v=19$m=${memoryCost},t=${timeCost},p=${parallelism}`;
}

function unpadded(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '');
}

function bcryptLetters(count: number): string {
  return randomBytes(count).toString('hex').slice(0, count);
}
