/**
 * The format of a recording: lines of JSON. The first line says what was recorded with what; each further line is one event.
 *
 * `t` is milliseconds since the recording began, and `s` the number of the session. Facts and commands stand as `redact.ts` makes them:
 * without credentials and payloads. Proven by: test/recorder.test.ts, test/read-recording.test.ts.
 */

/** Goes up when the lines change so that an older reader would misread them. */
export const FORMAT_VERSION = 1;

/** The first line of every file of a recording. */
export interface RecordingHeader {
  readonly recording: 'sallyport';
  /** The version of the format. */
  readonly version: number;
  /** When the recording began, in milliseconds since 1970. Null where the clock has no wall time. */
  readonly startedAtMs: number | null;
  /** Which machine ran: a hash of its states, transitions, actions and guards. */
  readonly machine: string;
  /** The limits of the sessions. Null stands for no limit, and an absent one for the protocol's. */
  readonly limits: Readonly<Record<string, number | null>>;
}

/** A fact or a command without its secrets. What stands beside `type` depends on the type. */
export interface Redacted {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** One event of a session. */
export type SessionLine = { readonly t: number; readonly s: number } & (
  | { readonly opened: { readonly state: string; readonly protocol: string; readonly address: string } }
  | { readonly fact: Redacted }
  | { readonly state: { readonly from: string; readonly to: string } }
  | { readonly command: Redacted }
  | { readonly closed: { readonly reason: string; readonly code: number } }
  /** The session has filled what it may write. Only `closed` still comes. */
  | { readonly cut: true }
);

/** Lines are missing here. What follows of sessions that are open here has a hole before it. */
interface LostLine {
  readonly lost: number;
}

/** One line after the first. */
export type RecordedLine = SessionLine | LostLine;

/** Control, format, surrogate, private-use and unassigned characters, and the separators of lines and paragraphs. */
const UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}]/gu;

/** Writes a line, with its line end. What could drive a terminal or forge a line stands as an escape sequence of JSON. */
export function lineOf(value: RecordingHeader | RecordedLine): string {
  return `${JSON.stringify(value).replace(UNPRINTABLE, escapeSequences)}\n`;
}

function escapeSequences(character: string): string {
  let escaped = '';
  for (let at = 0; at < character.length; at += 1)
    escaped += `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`;
  return escaped;
}
