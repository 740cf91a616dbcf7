/**
 * The log on standard output: JSON lines for programs, or readable lines for people, by default if it is a terminal.
 *
 * No code passes credentials or messages to the logger, so nothing needs redaction. If the reader of standard output
 * stalls or closes it, log lines are dropped and counted; the service never waits (`standard-output.ts`).
 */
import { isatty } from 'node:tty';
import { type DestinationStream, type Logger, pino, stdTimeFunctions } from 'pino';
import type { LogFormat, LogLevel } from './options.ts';
import { openStandardOutput, type StandardOutput } from './standard-output.ts';

export interface Output extends StandardOutput {
  /** Whether a user reads it at a terminal, as readable lines. */
  readonly isForPeople: boolean;
  readonly format: LogFormat;
  readonly log: Logger;
}

/**
 * Opens the log. Without a format, a terminal gets readable lines and everything else JSON. It loads what formats readable lines only where it
 * needs it, because that would make each start a seventh slower. `worker` is the number of this process in each of its lines.
 */
export async function openOutput(level: LogLevel, format?: LogFormat, worker?: number): Promise<Output> {
  const isTerminal = isatty(1);
  const isReadable = format === undefined ? isTerminal : format === 'pretty';
  const stdout = openStandardOutput({
    dropped(lines) {
      const warningLog = log.child({}, { level: 'warn' });
      warningLog.warn(
        { event: 'log.dropped', lines },
        `dropped ${lines} log lines: standard output did not accept them`,
      );
    },
    closed() {
      log.level = 'silent';
    },
  });
  const log = createLogger(level, isReadable ? await readableLines(stdout) : stdout, worker);
  return {
    ...stdout,
    isForPeople: isTerminal && isReadable,
    format: isReadable ? 'pretty' : 'json',
    log,
  };
}

/** `worker` is the number of this process in each line. Absent: it is no worker. */
export function createLogger(level: LogLevel, stream: DestinationStream, worker?: number): Logger {
  return pino(
    {
      level,
      base: worker === undefined ? null : { worker },
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      // Callers pass errors through `describeError`. Pino's own serializer would add all other properties.
      serializers: { err: (described) => described },
    },
    stream,
  );
}

async function readableLines(stream: DestinationStream): Promise<DestinationStream> {
  const { prettyFactory } = await import('pino-pretty');
  const format = prettyFactory({ singleLine: true, translateTime: 'SYS:HH:MM:ss.l', ignore: 'event' });
  return { write: (line) => stream.write(format(line)) };
}
