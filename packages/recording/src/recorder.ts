/**
 * The recorder: an observer that writes facts and commands of sessions as lines, without credentials and payloads.
 *
 * It knows no file. `write` gets each line, and must neither wait nor throw. `openRecordingFile` of `@sallyport/operations` gives one that
 * writes to a file and rotates it. Proven by: test/recorder.test.ts.
 */
import {
  type Clock,
  type Command,
  checkKnownOptions,
  type Fact,
  type Observer,
  type Session,
  type Sessions,
  UsageError,
} from '@sallyport/core';
import { byteLength } from '@sallyport/protocol';
import { FORMAT_VERSION, lineOf, type RecordingHeader, type SessionLine } from './format.ts';
import { machineRevision } from './machine-revision.ts';
import { redactCommand, redactFact } from './redact.ts';

/** Options of `createRecorder`. */
export interface RecorderOptions {
  /** The clock of the sessions. */
  readonly clock: Clock;
  /** Gets each line of the recording, with its line end. The first one is the header. It must not block. */
  readonly write: (line: string) => void;
  /**
   * Records only sessions that sign in as this user, or that try to with a password. Their events before the sign-in are held in memory: 16 KiB a session at most.
   * Default: all sessions.
   */
  readonly user?: string | undefined;
  /** Bytes that one session may write; past it, only its end is recorded. At least 1024. Default 1 048 576 (1 MiB). */
  readonly sessionBytes?: number | undefined;
}

/** Counters since `createRecorder`. None ever decreases. */
export interface RecorderCounters {
  /** Sessions with at least one line. */
  sessions: number;
  /** Lines, without the header. */
  lines: number;
  /** Sessions that went past `sessionBytes`. */
  cut: number;
}

/** Records the sessions of one server. */
export interface Recorder {
  /** Records. Pass it to `createSessions` as `observe`, or call its handlers from yours. */
  readonly observer: Observer;
  /** Counters for metrics and logs. */
  readonly counters: Readonly<RecorderCounters>;
  /** Writes the header, and records from now on. Call it once, as soon as the sessions exist. Sessions that opened before are not recorded. */
  watch(sessions: Pick<Sessions, 'limits'>): void;
}

/** What the recorder remembers of a session. */
interface Track {
  bytes: number;
  isCut: boolean;
  /** Lines of a session whose user is not known yet. Undefined once it is recorded. */
  held: string[] | undefined;
}

const SESSION_BYTES = 1_048_576;
const LEAST_SESSION_BYTES = 1_024;
/** Bytes of a session that the recorder holds until it knows the user. */
const HELD_BYTES = 16_384;

const optionNames: Readonly<Record<keyof RecorderOptions, true>> = {
  clock: true,
  write: true,
  user: true,
  sessionBytes: true,
};

/** Makes a recorder. Throws a `UsageError` that names the first wrong option. */
export function createRecorder(options: RecorderOptions): Recorder {
  checkRecorderOptions(options);
  return new SessionRecorder(options);
}

class SessionRecorder implements Recorder {
  readonly counters: RecorderCounters = { sessions: 0, lines: 0, cut: 0 };
  readonly observer: Observer;
  readonly #clock: Clock;
  readonly #write: (line: string) => void;
  readonly #user: string | undefined;
  readonly #sessionBytes: number;
  readonly #tracks = new Map<number, Track>();
  /** When the recording began, in the time of the clock. Undefined before `watch`. */
  #startedMs: number | undefined;

  constructor({ clock, write, user, sessionBytes = SESSION_BYTES }: RecorderOptions) {
    this.#clock = clock;
    this.#write = write;
    this.#user = user;
    this.#sessionBytes = sessionBytes;
    this.observer = {
      opened: (session) => this.#opened(session),
      fact: (session, fact) => this.#fact(session, fact),
      transition: ({ id }, from, to) => this.#add(id, { state: { from, to } }),
      command: (session, command) => this.#command(session, command),
      closed: ({ id }, { reason, code }) => {
        this.#add(id, { closed: { reason, code } }, true);
        this.#tracks.delete(id);
      },
    };
  }

  watch({ limits }: Pick<Sessions, 'limits'>): void {
    if (this.#startedMs !== undefined) throw new UsageError('watch', 'must be called once');
    this.#startedMs = this.#clock.now();
    const header: RecordingHeader = {
      recording: 'sallyport',
      version: FORMAT_VERSION,
      startedAtMs: this.#clock.wallNow?.() ?? null,
      machine: machineRevision,
      // JSON writes null for no limit.
      limits: limits as unknown as RecordingHeader['limits'],
    };
    this.#write(lineOf(header));
  }

  #opened({ id, state, protocol, peer }: Session): void {
    if (this.#startedMs === undefined) return;
    const isKnown = this.#user === undefined;
    this.#tracks.set(id, { bytes: 0, isCut: false, held: isKnown ? undefined : [] });
    if (isKnown) this.counters.sessions += 1;
    this.#add(id, { opened: { state, protocol, address: peer.address } });
  }

  #fact({ id }: Session, fact: Fact): void {
    const track = this.#tracks.get(id);
    if (!track) return;
    const claimed = fact.type === 'credentials.received' ? fact.credentials : undefined;
    if (track.held && claimed?.type === 'password' && claimed.username === this.#user)
      this.#release(track, track.held);
    this.#add(id, { fact: redactFact(fact) });
  }

  #command({ id }: Session, command: Command): void {
    const track = this.#tracks.get(id);
    if (!track) return;
    if (track.held && command.type === 'setIdentity') {
      if (command.identity.user === this.#user) this.#release(track, track.held);
      // A session never changes its user.
      else this.#tracks.delete(id);
    }
    this.#add(id, { command: redactCommand(command) });
  }

  #release(track: Track, held: readonly string[]): void {
    track.held = undefined;
    this.counters.sessions += 1;
    for (const line of held) this.#put(line);
  }

  #add(id: number, event: EventOf<SessionLine>, isLast = false): void {
    const track = this.#tracks.get(id);
    if (!track || (track.isCut && !isLast)) return;
    const t = Math.max(0, Math.round(this.#clock.now() - (this.#startedMs as number)));
    const line = lineOf({ t, s: id, ...event } as SessionLine);
    track.bytes += byteLength(line);
    const isTooMuch =
      track.bytes > (track.held ? Math.min(HELD_BYTES, this.#sessionBytes) : this.#sessionBytes);
    if (isTooMuch && !isLast) {
      track.isCut = true;
      this.counters.cut += 1;
      this.#keep(track, lineOf({ t, s: id, cut: true }));
    } else this.#keep(track, line);
  }

  #keep(track: Track, line: string): void {
    if (track.held) track.held.push(line);
    else this.#put(line);
  }

  #put(line: string): void {
    this.counters.lines += 1;
    this.#write(line);
  }
}

/** The event of a line, without time and session. */
type EventOf<Line> = Line extends unknown ? Omit<Line, 't' | 's'> : never;

function checkRecorderOptions(options: RecorderOptions): void {
  checkKnownOptions('createRecorder', options, Object.keys(optionNames));
  const { clock, write, user, sessionBytes } = options;
  if (typeof clock?.now !== 'function')
    throw new UsageError('clock', "must be a clock, such as an adapter's `systemClock`", clock);
  if (typeof write !== 'function') throw new UsageError('write', 'must be a function', write);
  if (user !== undefined && (typeof user !== 'string' || user === ''))
    throw new UsageError('user', 'must be the name of a user', user);
  if (
    sessionBytes !== undefined &&
    !(Number.isSafeInteger(sessionBytes) && sessionBytes >= LEAST_SESSION_BYTES)
  )
    throw new UsageError(
      'sessionBytes',
      `must be a whole number of at least ${LEAST_SESSION_BYTES}`,
      sessionBytes,
    );
}
