/** Whether lines of the log are as docs/operations/logs.md has them. Every test of a binary, and every recorded log, is checked. */
import { logEvents } from '../src/log-events.ts';

/** Every line may have these. Those of workers have `worker`. */
const ALWAYS = ['level', 'time', 'event', 'msg', 'worker'];

/** What the table does not have of a line, as a sentence. Undefined: the line is documented. */
export function undocumentedIn(line: object): string | undefined {
  const fields: Readonly<Record<string, unknown>> = { ...line };
  const { event, level } = fields;
  // A line of the app, which may write to standard output as well.
  if (typeof event !== 'string') return undefined;
  const known = Object.hasOwn(logEvents, event) ? logEvents[event] : undefined;
  if (!known) return `the event '${event}' is not documented`;
  if (!known.levels.includes(String(level))) return `'${event}' at level '${level}' is not documented`;
  const documented: readonly string[] = [...ALWAYS, ...known.fields];
  const extra = Object.keys(fields).find((name) => !documented.includes(name));
  return extra === undefined ? undefined : `the field '${extra}' of '${event}' is not documented`;
}
