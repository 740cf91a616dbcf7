/** The steps of a replay as lines for people: time, fact, state and commands in columns. Proven by: test/replay.test.ts. */
import type { RecordedSession, RecordedStep, Redacted } from '@sallyport/recording';

const WIDTHS = { time: 12, fact: 34, state: 34 } as const;

/** The first lines of a session: who it is, and the names of the columns. */
export function headLines({ id, protocol, address, user }: RecordedSession): string[] {
  const who = [protocol, address || 'no address', user ?? 'not signed in'].join(', ');
  return [`Session ${id}: ${who}`, columns('TIME', 'FACT', 'STATE', 'COMMANDS')];
}

/** The lines of a step. Each command has a line, so that long ones do not break the columns. */
export function stepLines({ t, fact, commands }: RecordedStep, state: string, startMs: number): string[] {
  const [first = '', ...others] = commands.map(described);
  const opened = fact ? described(fact) : 'opened';
  return [
    columns(`${((t - startMs) / 1_000).toFixed(3)} s`, opened, state, first),
    ...others.map((command) => columns('', '', '', command)),
  ];
}

/** The last line of a session. */
export function endLine({ closed, isCut }: RecordedSession): string {
  if (!closed) return 'The recording ends here.';
  const end = `Ended: ${closed.reason}, code ${closed.code}.`;
  return isCut ? `Lines are missing before the end. ${end}` : end;
}

function columns(time: string, fact: string, state: string, command: string): string {
  const left = time.padStart(WIDTHS.time);
  return `${left}  ${fact.padEnd(WIDTHS.fact)}  ${state.padEnd(WIDTHS.state)}  ${command}`.trimEnd();
}

/** A fact or a command in a few words: its type, and what tells it from others. */
function described({ type, ...fields }: Redacted): string {
  const details = Object.values(fields).flatMap(words);
  return details.length > 0 ? `${type} ${details.join(' ')}` : type;
}

function words(value: unknown): string[] {
  if (typeof value === 'object' && value !== null)
    return Object.entries(value).flatMap(([name, one]) =>
      name === 'bytes' ? [`${one} B`] : name === 'expiresAtMs' ? [] : words(one),
    );
  return typeof value === 'boolean' ? [] : [String(value)];
}
