/**
 * The recording of the sessions: its file, its recorder, and what the log tells of them. The packages that do the work are loaded only if
 * the operator wants a recording.
 *
 * Proven by: test/recording.test.ts, with both binaries.
 */
import type { Clock, Observer, Sessions } from '@sallyport/core';
import type { Logger } from 'pino';
import { escapeUnprintable } from './escape-unprintable.ts';
import type { RecordingOptions } from './recording-options.ts';
import { StartupError } from './startup-error.ts';

export interface Recording {
  /** Records. */
  readonly observer: Observer;
  /** Records from now on. Call it as soon as the sessions exist. */
  watch(sessions: Sessions): void;
  /** Lines that were lost. Never decreases. */
  readonly lost: number;
  /** Writes what waits, for a second at most, and logs the counts. Never rejects. */
  close(): Promise<void>;
}

/** Milliseconds that the last lines may take. */
const CLOSE_MS = 1_000;

/** Throws a `StartupError` if the file cannot be written. */
export async function createRecording(
  options: RecordingOptions,
  clock: Clock,
  log: Logger,
): Promise<Recording> {
  const [{ createRecorder }, { openRecordingFile }] = await Promise.all([
    import('@sallyport/recording'),
    import('@sallyport/operations'),
  ]);
  const { file, user, fileBytes, files } = options;
  const path = escapeUnprintable(file.value);
  const writer = await openRecordingFile({
    path: file.value,
    fileBytes,
    files,
    onFailure: ({ code, message }) =>
      log.warn(
        { event: 'recording.failed', file: path, code },
        `cannot write the recording (${escapeUnprintable(code ?? message)}): its lines are lost and counted; sessions go on`,
      ),
    onRecovery: (lost) =>
      log.warn(
        { event: 'recording.recovered', file: path, lost },
        `the recording is written again; ${lost} lines were lost`,
      ),
  }).catch((error: NodeJS.ErrnoException) => {
    throw openProblem(options, error);
  });
  const recorder = createRecorder({ clock, write: (line) => writer.write(line), user });
  return {
    observer: recorder.observer,
    get lost() {
      return writer.lost;
    },
    watch(sessions) {
      recorder.watch(sessions);
      const userField = user === undefined ? {} : { user: escapeUnprintable(user) };
      log.info({ event: 'recording.began', file: path, ...userField }, 'recording sessions');
    },
    async close() {
      let timer: NodeJS.Timeout | undefined;
      const deadline = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, CLOSE_MS);
      });
      await Promise.race([writer.close(), deadline]);
      clearTimeout(timer);
      const { sessions, lines } = recorder.counters;
      log.info(
        { event: 'recording.ended', file: path, sessions, lines, lost: writer.lost },
        'recording ended',
      );
    },
  };
}

function openProblem({ file }: RecordingOptions, { code, message }: NodeJS.ErrnoException): StartupError {
  const given = `${file.name} ${file.value}`;
  switch (code) {
    case 'ENOENT':
      return new StartupError(`${given}: the folder does not exist; create it first`);
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new StartupError(`${given}: this user may not write the file or its folder`);
    case 'EISDIR':
      return new StartupError(`${given}: it must be the path of a file`);
    default:
      return new StartupError(`${given}: ${message}`);
  }
}
