/**
 * Logging: lines on standard output. JSON for programs; for reading when standard output is a terminal.
 *
 * Nobody hands credentials or messages to the logger; that no secret is in a log rests on this, not on redaction.
 * Standard output may be closed, full, or not read: that costs lines, never the service (`standard-output.ts`).
 */
import { isatty } from 'node:tty';
import { type DestinationStream, type Logger, pino, stdTimeFunctions } from 'pino';
import { prettyFactory } from 'pino-pretty';
import type { LogLevel } from './options.ts';
import { openStandardOutput, type StandardOutput } from './standard-output.ts';

export interface Output extends StandardOutput {
  readonly isTerminal: boolean;
  readonly log: Logger;
}

export function openOutput(level: LogLevel): Output {
  const isTerminal = isatty(1);
  const stdout = openStandardOutput({
    dropped(lines) {
      const told = log.child({}, { level: 'warn' });
      told.warn(
        { event: 'log.dropped', lines },
        `left out ${lines} lines: standard output did not take them`,
      );
    },
    gone() {
      log.level = 'silent';
    },
  });
  const log = createLogger(level, isTerminal ? forReading(stdout) : stdout);
  return { ...stdout, isTerminal, log };
}

export function createLogger(level: LogLevel, stream: DestinationStream): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      // Described where it is logged (`thrown.ts`); pino's own would add what hangs on it.
      serializers: { err: (described) => described },
    },
    stream,
  );
}

function forReading(stream: DestinationStream): DestinationStream {
  const format = prettyFactory({ singleLine: true, translateTime: 'SYS:HH:MM:ss.l', ignore: 'event' });
  return { write: (line) => stream.write(format(line)) };
}
