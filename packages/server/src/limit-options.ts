/**
 * The options for limits. The limits without an option keep the defaults of the core (PROTOCOL.md, section 5).
 *
 * Proven by: test/limit-options.test.ts.
 */
import type { Limits } from '@sallyport/core';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { addOption, type OptionValue, optionValue } from './option-source.ts';
import { StartupError } from './startup-error.ts';

export interface LimitOptions {
  readonly limits: Partial<Limits>;
  /** `file-limit.ts` compares it with the number of files that the process may open. */
  readonly maxConnections?: OptionValue<number>;
}

interface Row {
  readonly limit: keyof Limits;
  readonly flags: string;
  readonly description: string;
  /** The factor from the option's unit to the core's unit. Default: 1. */
  readonly factor?: number;
}

const rows: readonly Row[] = [
  {
    limit: 'unauthenticatedSessions',
    flags: '--max-unauthenticated <number>',
    description:
      'sessions that may be unauthenticated at once (default 1000); from half of it, new ones are refused at random',
  },
  {
    limit: 'unauthenticatedPerSource',
    flags: '--max-per-source <number>',
    description:
      'unauthenticated sessions per client address or IPv6 /64 network (default 100); loopback addresses have no limit',
  },
  {
    limit: 'authenticationMs',
    flags: '--sign-in-time <seconds>',
    description: 'time a client has to sign in (default 60; 10 in the JSON protocol)',
    factor: 1_000,
  },
  {
    limit: 'attempts',
    flags: '--attempts <number>',
    description: 'failed sign-ins allowed per session (default 5); the last one closes it',
  },
  {
    limit: 'credentialBytes',
    flags: '--credential-size <bytes>',
    description: 'largest credentials accepted (default 4096); tokens with many claims need more',
  },
  {
    limit: 'messageBytes',
    flags: '--message-size <bytes>',
    description: 'largest message accepted after sign-in (default 65536)',
  },
  {
    limit: 'messagesPerSecond',
    flags: '--message-rate <number>',
    description: 'messages per second allowed per session, on average (default: no limit)',
  },
  {
    limit: 'burst',
    flags: '--message-burst <number>',
    description: 'with --message-rate: messages allowed at once after a pause (default 100)',
  },
  {
    limit: 'idleMs',
    flags: '--idle-time <seconds>',
    description: 'end a signed-in session that sends no message for this long (default: never)',
    factor: 1_000,
  },
];

export function addLimitOptions(command: Command): Command {
  command.optionsGroup('Limits (whole numbers; 0 is not allowed):');
  addOption(
    command,
    '--max-connections <number>',
    'connections allowed at once (default: four fifths of the files that the process may open)',
    wholeNumber,
  );
  for (const { flags, description } of rows) addOption(command, flags, description, wholeNumber);
  return command;
}

/** Throws a `StartupError` for options that conflict. */
export function limitOptions(command: Command): LimitOptions {
  const limits: { -readonly [Name in keyof Limits]?: Limits[Name] } = {};
  for (const { limit, flags, factor = 1 } of rows) {
    const option = optionValue<number>(command, attributeName(flags));
    if (option) limits[limit] = option.value * factor;
  }
  if (limits.unauthenticatedSessions)
    limits.earlyRefusalSessions = Math.ceil(limits.unauthenticatedSessions / 2);
  const burst = optionValue(command, 'messageBurst');
  if (burst && limits.messagesPerSecond === undefined)
    throw new StartupError(`${burst.name} has no effect without a rate: add --message-rate`);
  const maxConnections = optionValue<number>(command, 'maxConnections');
  return { limits, ...(maxConnections && { maxConnections }) };
}

/** The name that commander derives: `--message-rate <number>` becomes `messageRate`. */
function attributeName(flags: string): string {
  return new Option(flags).attributeName();
}

/** At most nine digits, so that no sum or product of limits exceeds the safe integers. */
function wholeNumber(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a whole number from 1 to 999999999.');
}
