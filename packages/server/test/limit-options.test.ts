/** The options for limits: valid numbers reach the core in its unit; a startup error names an invalid one. */
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { errorOf, optionsOf } from './parsed-options.ts';

beforeEach(() => {
  for (const name of Object.keys(process.env)) if (name.startsWith('SALLYPORT_')) vi.stubEnv(name, undefined);
});
afterEach(() => {
  vi.unstubAllEnvs();
});

/** Any character of Unicode: the first use of the unit `binary` takes two seconds of CPU time. */
const anyCharacter = fc
  .oneof(
    fc.integer({ min: 0, max: 0x7f }),
    fc.integer({ min: 0x80, max: 0xd7ff }),
    fc.integer({ min: 0xe000, max: 0x10ffff }),
  )
  .map((code) => String.fromCodePoint(code));

const flags = [
  '--max-connections',
  '--max-unauthenticated',
  '--max-per-source',
  '--sign-in-time',
  '--attempts',
  '--credential-size',
  '--message-size',
  '--message-rate',
  '--idle-time',
];

describe('a limit', () => {
  it.each<[string[], object]>([
    [[], {}],
    [['--attempts', '3'], { attempts: 3 }],
    [['--credential-size', '16384'], { credentialBytes: 16_384 }],
    [['--message-size', '1048576'], { messageBytes: 1_048_576 }],
    [['--sign-in-time', '20'], { authenticationMs: 20_000 }],
    [['--idle-time=600'], { idleMs: 600_000 }],
    [['--message-rate', '50'], { messagesPerSecond: 50 }],
    [['--message-rate', '50', '--message-burst', '200'], { messagesPerSecond: 50, burst: 200 }],
    [['--max-unauthenticated', '31'], { unauthenticatedSessions: 31, earlyRefusalSessions: 16 }],
    [['--max-per-source', '10'], { unauthenticatedPerSource: 10 }],
  ])('is read from %j', (args, limits) => {
    expect(optionsOf(...args).limits).toEqual(limits);
  });

  it('of connections keeps the name of its source, for the check against the limit of files', () => {
    expect(optionsOf('--max-connections', '7').maxConnections).toEqual({
      value: 7,
      name: '--max-connections',
    });
    vi.stubEnv('SALLYPORT_MAX_CONNECTIONS', '8');
    expect(optionsOf().maxConnections).toEqual({ value: 8, name: 'SALLYPORT_MAX_CONNECTIONS' });
  });

  it('S10: takes the flag and ignores a bad variable if both are given', () => {
    vi.stubEnv('SALLYPORT_ATTEMPTS', 'NaN');
    expect(optionsOf('--attempts', '3').limits).toEqual({ attempts: 3 });
  });

  it('of a burst needs a rate', () => {
    expect(errorOf('--message-burst', '5')).toBe(
      '--message-burst has no effect without a rate: add --message-rate',
    );
    vi.stubEnv('SALLYPORT_MESSAGE_BURST', '5');
    expect(errorOf()).toMatch(/^SALLYPORT_MESSAGE_BURST has no effect/);
  });
});

describe('S10: an invalid number', () => {
  it.each(['NaN', 'Infinity', '-1', '0', '1.5', '16kb', '1e3', '0x10', '', ' ', '9999999999', '1_000'])(
    '%j',
    (value) => {
      for (const flag of flags) {
        expect(errorOf(`${flag}=${value}`)).toBe(
          `option '${flag} <${unitOf(flag)}>' argument '${value}' is invalid. It must be a whole number from 1 to 999999999.`,
        );
        const variable = `SALLYPORT_${flag.slice(2).replaceAll('-', '_').toUpperCase()}`;
        vi.stubEnv(variable, value);
        // An empty variable counts as unset.
        if (value.trim() !== '') expect(errorOf()).toContain(variable);
        vi.stubEnv(variable, undefined);
      }
    },
  );

  it('of any form is refused in one line that names the flag', () => {
    const none = fc.string({ unit: anyCharacter }).filter((text) => !/^[1-9]\d{0,8}$/.test(text));
    fc.assert(
      fc.property(fc.constantFrom(...flags), none, (flag, value) => {
        const message = errorOf(`${flag}=${value}`);
        expect(message).toContain(flag);
        expect(message).not.toMatch(/\p{Cc}/u);
      }),
    );
  });
});

function unitOf(flag: string): string {
  if (flag.endsWith('-time')) return 'seconds';
  return flag.endsWith('-size') ? 'bytes' : 'number';
}
