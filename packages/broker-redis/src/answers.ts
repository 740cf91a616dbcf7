/**
 * Reads what the scripts answer, and what pub/sub brings. The scripts are ours; what is not of their form is an error, and never half read.
 *
 * Proven by: test/answers.test.ts, test/stories.test.ts.
 */
import type { ReadOutcome, SnapshotOutcome, StoredPublication } from '@sallyport/channels';
import type { Position } from '@sallyport/protocol';

const HEADER_LINES = 5;

/** A position: epoch, offset, tag. */
export function positionOf(answer: unknown): Position {
  const [epoch, offset, tag] = listOf(answer);
  const number = Number(offset);
  if (typeof epoch !== 'string' || typeof tag !== 'string' || !Number.isSafeInteger(number))
    throw new Error('Redis answered no position');
  return { epoch, offset: number, tag };
}

/** What the script `read` answers. */
export function readOutcomeOf(answer: unknown): ReadOutcome {
  const [type, position, entries] = listOf(answer);
  const top = positionOf(position);
  if (type === 'lost') return { type, top };
  return { type: 'read', publications: listOf(entries).map(publicationOf), top };
}

/** What the script `snapshot` answers. */
export function snapshotOutcomeOf(answer: unknown): SnapshotOutcome {
  const [position, fields] = listOf(answer);
  const texts = listOf(fields) as readonly string[];
  const state = new Map<string, string>();
  for (let i = 0; i < texts.length; i += 2) state.set(texts[i] as string, texts[i + 1] as string);
  return { type: 'snapshot', state, top: positionOf(position) };
}

/** A message of pub/sub: five lines, then the data. Undefined for a message of another sender. */
export function parseMessage(
  message: string,
): { readonly epoch: string; readonly publication: StoredPublication } | undefined {
  const lines: string[] = [];
  let from = 0;
  while (lines.length < HEADER_LINES) {
    const end = message.indexOf('\n', from);
    if (end < 0) return undefined;
    lines.push(message.slice(from, end));
    from = end + 1;
  }
  const [epoch, offset, tag, prev, user] = lines as [string, string, string, string, string];
  if (!/^[1-9]\d*$/.test(offset)) return undefined;
  try {
    return { epoch, publication: publication(offset, tag, prev, user, message.slice(from)) };
  } catch {
    return undefined;
  }
}

/** An entry of the stream: its id, and its fields with their names. */
function publicationOf(entry: unknown): StoredPublication {
  const [id, fields] = listOf(entry);
  const [, tag, , prev, , user, , , , json] = listOf(fields) as readonly string[];
  return publication(String(id), String(tag), String(prev), String(user), String(json));
}

function publication(id: string, tag: string, prev: string, user: string, json: string): StoredPublication {
  const offset = Number.parseInt(id, 10);
  return { offset, tag, prev, ...(user !== '' && { user: JSON.parse(user) as string }), json };
}

function listOf(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw new Error('Redis answered no list');
  return value;
}
