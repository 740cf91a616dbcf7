/** The limits that an operator may set: what is given reaches the core as it counts, and what is not is refused by name. */
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { parseOptions } from '../src/options.ts';
import { Refusal } from '../src/refusal.ts';

beforeEach(() => {
  for (const name of Object.keys(process.env)) if (name.startsWith('SALLYPORT_')) vi.stubEnv(name, undefined);
});
afterEach(() => {
  vi.unstubAllEnvs();
});

function optionsOf(...args: string[]) {
  const parsed = parseOptions({ name: 'sallyport-ws', library: 'ws' }, args);
  if ('print' in parsed) throw new Error(parsed.print);
  return parsed.options;
}

function refusalOf(...args: string[]): string {
  try {
    optionsOf(...args);
  } catch (error) {
    if (error instanceof Refusal) return error.message;
    throw error;
  }
  throw new Error(`is not refused: ${args.join(' ')}`);
}

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
  ])('given as %j', (args, limits) => {
    expect(optionsOf(...args).limits).toEqual(limits);
  });

  it('of connections is kept with its name, for whoever knows how many files there are', () => {
    expect(optionsOf('--max-connections', '7').maxConnections).toEqual({ value: 7, by: '--max-connections' });
    vi.stubEnv('SALLYPORT_MAX_CONNECTIONS', '8');
    expect(optionsOf().maxConnections).toEqual({ value: 8, by: 'SALLYPORT_MAX_CONNECTIONS' });
  });

  it('S10: given twice is the flag’s, not the variable’s', () => {
    vi.stubEnv('SALLYPORT_ATTEMPTS', 'NaN');
    expect(optionsOf('--attempts', '3').limits).toEqual({ attempts: 3 });
  });

  it('of a burst needs a rate', () => {
    expect(refusalOf('--message-burst', '5')).toBe(
      '--message-burst needs a rate that it is a burst of: --message-rate',
    );
    vi.stubEnv('SALLYPORT_MESSAGE_BURST', '5');
    expect(refusalOf()).toMatch(/^SALLYPORT_MESSAGE_BURST needs a rate/);
  });
});

describe('S10: what is no such number', () => {
  it.each(['NaN', 'Infinity', '-1', '0', '1.5', '16kb', '1e3', '0x10', '', ' ', '9999999999', '1_000'])(
    '%j',
    (value) => {
      for (const flag of flags) {
        expect(refusalOf(`${flag}=${value}`)).toBe(
          `option '${flag} <${unitOf(flag)}>' argument '${value}' is invalid. It must be a whole number from 1 to 999999999.`,
        );
        const variable = `SALLYPORT_${flag.slice(2).replaceAll('-', '_').toUpperCase()}`;
        vi.stubEnv(variable, value);
        expect(refusalOf()).toContain(variable);
        vi.stubEnv(variable, undefined);
      }
    },
  );

  it('of whatever form, is refused in one line that names the flag', () => {
    const none = fc.string({ unit: 'binary' }).filter((text) => !/^[1-9]\d{0,8}$/.test(text));
    fc.assert(
      fc.property(fc.constantFrom(...flags), none, (flag, value) => {
        const refusal = refusalOf(`${flag}=${value}`);
        expect(refusal).toContain(flag);
        expect(refusal).not.toMatch(/\p{Cc}/u);
      }),
    );
  });
});

function unitOf(flag: string): string {
  if (flag.endsWith('-time')) return 'seconds';
  return flag.endsWith('-size') ? 'bytes' : 'number';
}
