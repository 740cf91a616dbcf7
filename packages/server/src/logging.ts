/**
 * Logging: lines on standard output. JSON for programs; for reading when standard output is a terminal.
 *
 * Nobody hands credentials or messages to the logger; that no secret is in a log rests on this, not on redaction.
 * Standard output may be closed or full: that costs lines, never the service.
 */
import { isatty } from 'node:tty';
import { type DestinationStream, destination, type Logger, pino, stdTimeFunctions } from 'pino';
import { build as pretty } from 'pino-pretty';
import type { LogLevel } from './options.ts';

export interface Output {
  readonly isTerminal: boolean;
  readonly log: Logger;
  /** For a person: a text as it is. */
  write(text: string): void;
}

export function openOutput(level: LogLevel): Output {
  const isTerminal = isatty(1);
  // Synchronous: the last lines before an exit are the ones that matter.
  const stdout = destination({ fd: 1, sync: true });
  const log = createLogger(level, isTerminal ? forReading(stdout) : stdout);
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    // Nobody reads any more, and nobody ever will again. A full disk may have room later.
    if (error.code === 'EPIPE') log.level = 'silent';
  });
  return { isTerminal, log, write: (text) => void stdout.write(text) };
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
  return pretty({
    destination: stream,
    sync: true,
    singleLine: true,
    translateTime: 'SYS:HH:MM:ss.l',
    ignore: 'event',
  });
}
