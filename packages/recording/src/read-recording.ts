/**
 * Reads the lines of a recording, and sorts them by session and step.
 *
 * A damaged line is an error that names file and line. Only the last line of all may be incomplete: the server was killed while it wrote.
 * Proven by: test/read-recording.test.ts.
 */
import {
  FORMAT_VERSION,
  type RecordedLine,
  type RecordingHeader,
  type Redacted,
  type SessionLine,
} from './format.ts';
import { RecordingError } from './recording-error.ts';

/** A file of a recording. */
export interface RecordingFile {
  /** The name, for errors. */
  readonly name: string;
  /** All of its text. */
  readonly text: string;
}

/** One step of a session, as it was recorded. */
export interface RecordedStep {
  /** Milliseconds since the recording began. */
  readonly t: number;
  /** Undefined for the start. */
  readonly fact: Redacted | undefined;
  readonly commands: Redacted[];
  /** The state after the step. */
  state: string;
  /** Where the fact stands, for errors. */
  readonly place: string;
}

/** One session, as it was recorded. */
export interface RecordedSession {
  readonly id: number;
  readonly protocol: string;
  readonly address: string;
  /** The steps in order. The first one is the start. */
  readonly steps: RecordedStep[];
  /** The user, once signed in. */
  user: string | undefined;
  /** How it ended. Undefined if the recording does not have the end. */
  closed: { readonly t: number; readonly reason: string; readonly code: number } | undefined;
  /** Whether lines are missing at the end: of the last step on, or of all that follows. */
  isCut: boolean;
}

/** A recording. */
export interface Recording {
  readonly header: RecordingHeader;
  /** The sessions by their number, in the order in which they opened. */
  readonly sessions: ReadonlyMap<number, RecordedSession>;
  /** The number of sessions that opened before the first line. They cannot be replayed. */
  readonly begunBefore: number;
  /** Lines that the server could not write. */
  readonly lost: number;
  /** Whether the last line is incomplete. */
  readonly endsWithinLine: boolean;
}

/** Reads the files of one recording, the oldest first. Throws a `RecordingError`. */
export function readRecording(files: readonly RecordingFile[]): Recording {
  const [first] = files;
  if (!first) throw new RecordingError('there is no file');
  const reader = new Reader(headerOf(first));
  files.forEach((file, index) => {
    if (firstLineOf(file) !== firstLineOf(first))
      throw new RecordingError(`${file.name} belongs to another recording than ${first.name}`);
    reader.readFile(file, index === files.length - 1);
  });
  return reader;
}

class Reader implements Recording {
  readonly header: RecordingHeader;
  readonly sessions = new Map<number, RecordedSession>();
  lost = 0;
  endsWithinLine = false;
  readonly #begunBefore = new Set<number>();

  constructor(header: RecordingHeader) {
    this.header = header;
  }

  get begunBefore(): number {
    return this.#begunBefore.size;
  }

  readFile({ name, text }: RecordingFile, isLast: boolean): void {
    const lines = text.split('\n');
    // The text ends with a line end, so the last one is empty.
    const rest = lines.pop();
    lines.forEach((line, index) => {
      if (index > 0) this.#take(parsed(line, `${name}, line ${index + 1}`), `${name}, line ${index + 1}`);
    });
    if (rest === '') return;
    if (!isLast) throw new RecordingError(`${name}, line ${lines.length + 1} is incomplete`);
    this.endsWithinLine = true;
  }

  #take(line: RecordedLine, place: string): void {
    if ('lost' in line) {
      this.lost += line.lost;
      for (const session of this.sessions.values()) if (!session.closed) session.isCut = true;
      return;
    }
    if ('opened' in line) this.#open(line, place);
    const session = this.sessions.get(line.s);
    if (!session) this.#begunBefore.add(line.s);
    else add(session, line, place);
  }

  #open({ t, s, opened }: Extract<SessionLine, { opened: unknown }>, place: string): void {
    if (this.sessions.has(s)) throw new RecordingError(`${place}: session ${s} opens twice`);
    const { state, protocol, address } = opened;
    const steps = [{ t, fact: undefined, commands: [], state, place }];
    this.sessions.set(s, {
      id: s,
      protocol,
      address,
      steps,
      user: undefined,
      closed: undefined,
      isCut: false,
    });
  }
}

function add(session: RecordedSession, line: SessionLine, place: string): void {
  if ('closed' in line) session.closed = { t: line.t, ...line.closed };
  if ('cut' in line) session.isCut = true;
  if (session.isCut) return;
  const step = session.steps.at(-1) as RecordedStep;
  if ('fact' in line)
    session.steps.push({ t: line.t, fact: line.fact, commands: [], state: step.state, place });
  else if ('state' in line) step.state = line.state.to;
  else if ('command' in line) {
    step.commands.push(line.command);
    session.user ??= userOf(line.command);
  }
}

function userOf({ type, identity }: Redacted): string | undefined {
  const user = type === 'setIdentity' && isObject(identity) ? identity['user'] : undefined;
  return typeof user === 'string' ? user : undefined;
}

function firstLineOf({ text }: RecordingFile): string {
  return text.split('\n', 1)[0] as string;
}

function headerOf(file: RecordingFile): RecordingHeader {
  if (file.text === '') throw new RecordingError(`${file.name} is empty`);
  const header = jsonOf(firstLineOf(file));
  if (!isObject(header) || header['recording'] !== 'sallyport')
    throw new RecordingError(`${file.name} is not a recording: --record writes one`);
  const { version, limits, machine } = header;
  if (version !== FORMAT_VERSION)
    throw new RecordingError(
      `${file.name} has version ${JSON.stringify(version)} of the format, and this program reads version ${FORMAT_VERSION}: use the release that wrote it`,
    );
  const attempts = isObject(limits) ? limits['attempts'] : undefined;
  if (typeof machine !== 'string' || !Number.isSafeInteger(attempts) || (attempts as number) < 1)
    throw new RecordingError(
      `${file.name}, line 1 is damaged: the header has no machine, or no limit of attempts`,
    );
  return header as unknown as RecordingHeader;
}

function parsed(line: string, place: string): RecordedLine {
  const value = jsonOf(line);
  if (!isObject(value)) throw new RecordingError(`${place} is damaged: it is not a JSON object`);
  const problem = problemOf(value);
  if (problem !== undefined) throw new RecordingError(`${place} is damaged: ${problem}`);
  return value as unknown as RecordedLine;
}

/** What is wrong with a line, or undefined. */
function problemOf(line: Readonly<Record<string, unknown>>): string | undefined {
  if ('lost' in line) return isCount(line['lost']) ? undefined : "'lost' is not a number";
  const { t, s } = line;
  if (!isCount(t) || !isCount(s)) return "it has no time 't' or no session 's'";
  const event = Object.keys(line).find((name) => Object.hasOwn(requiredTexts, name));
  if (event === undefined) return 'it has no event';
  if (event === 'cut') return undefined;
  const value = line[event];
  const texts = requiredTexts[event] ?? [];
  if (!isObject(value)) return `'${event}' is not an object`;
  const missing = texts.find((name) => typeof value[name] !== 'string');
  return missing === undefined ? undefined : `'${event}' has no '${missing}'`;
}

/** The fields of each event that must be texts. */
const requiredTexts: Readonly<Record<string, readonly string[]>> = {
  opened: ['state', 'protocol', 'address'],
  fact: ['type'],
  state: ['from', 'to'],
  command: ['type'],
  closed: ['reason'],
  cut: [],
};

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
