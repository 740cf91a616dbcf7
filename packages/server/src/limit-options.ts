/**
 * The options of the limits that an operator may want to set; the others have the core's defaults (PROTOCOL.md, 5).
 *
 * Proven by: test/limit-options.test.ts.
 */
import type { Limits } from '@sallyport/core';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { addOption, givenOf, type SourcedOption } from './option-source.ts';
import { Refusal } from './refusal.ts';

export interface LimitOptions {
  readonly limits: Partial<Limits>;
  /** Checked against the files that the process may open (`file-limit.ts`), once it is clear that it serves. */
  readonly maxConnections?: SourcedOption<number>;
}

interface Row {
  readonly limit: keyof Limits;
  readonly flags: string;
  readonly does: string;
  /** What one of it is in the core's unit. */
  readonly unit?: number;
}

const rows: readonly Row[] = [
  {
    limit: 'unauthenticatedSessions',
    flags: '--max-unauthenticated <number>',
    does: 'of these, so many that have not signed in (default 1000); from half of it on some are refused by chance',
  },
  {
    limit: 'unauthenticatedPerSource',
    flags: '--max-per-source <number>',
    does: 'of those, so many of one address or IPv6 /64 (default 100); not of this machine',
  },
  {
    limit: 'authenticationMs',
    flags: '--sign-in-time <seconds>',
    does: 'wait so long for somebody to sign in (default 60, in the JSON protocol 10)',
    unit: 1_000,
  },
  {
    limit: 'attempts',
    flags: '--attempts <number>',
    does: 'refuse credentials so often in one session (default 5)',
  },
  {
    limit: 'credentialBytes',
    flags: '--credential-size <bytes>',
    does: 'take credentials up to this size (default 4096); tokens of many claims need more',
  },
  {
    limit: 'messageBytes',
    flags: '--message-size <bytes>',
    does: 'take messages up to this size, once signed in (default 65536)',
  },
  {
    limit: 'messagesPerSecond',
    flags: '--message-rate <number>',
    does: 'take so many messages a second of one session, in the long run (default any number)',
  },
  {
    limit: 'burst',
    flags: '--message-burst <number>',
    does: 'with --message-rate, take so many at once (default 100)',
  },
  {
    limit: 'idleMs',
    flags: '--idle-time <seconds>',
    does: 'end sessions that are signed in and say nothing for so long (default never)',
    unit: 1_000,
  },
];

export function addLimitOptions(command: Command): Command {
  command.optionsGroup('Limits:');
  addOption(
    command,
    '--max-connections <number>',
    'let in so many at most (default four fifths of the files that the process may open)',
    wholeNumber,
  );
  for (const { flags, does } of rows) addOption(command, flags, does, wholeNumber);
  return command;
}

/** Throws a `Refusal` for what does not go together. */
export function limitOptions(command: Command): LimitOptions {
  const limits: { -readonly [Name in keyof Limits]?: Limits[Name] } = {};
  for (const { limit, flags, unit = 1 } of rows) {
    const given = givenOf<number>(command, attributeOf(flags));
    if (given) limits[limit] = given.value * unit;
  }
  if (limits.unauthenticatedSessions)
    limits.earlyRefusalSessions = Math.ceil(limits.unauthenticatedSessions / 2);
  const burst = givenOf(command, 'messageBurst');
  if (burst && limits.messagesPerSecond === undefined)
    throw new Refusal(`${burst.by} needs a rate that it is a burst of: --message-rate`);
  const maxConnections = givenOf<number>(command, 'maxConnections');
  return { limits, ...(maxConnections && { maxConnections }) };
}

/** As commander names it: `--message-rate <number>` is `messageRate`. */
function attributeOf(flags: string): string {
  return new Option(flags).attributeName();
}

/** Nine digits: no sum or product of theirs leaves what numbers can count. */
function wholeNumber(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a whole number from 1 to 999999999.');
}
