/** What is wrong with an outcome or a publication of a broker, as a sentence. Undefined: nothing is. */
import type { ReadOutcome, StoredPublication } from '@sallyport/channels';
import type { Position } from '@sallyport/protocol';

const TAG = /^[0-9a-f]{8}$/;

export function positionProblem({ epoch, offset, tag }: Position): string | undefined {
  if (typeof epoch !== 'string' || epoch.length < 1 || epoch.length > 64)
    return `the epoch ${JSON.stringify(epoch)} is not a text of 1 to 64 characters`;
  if (!Number.isSafeInteger(offset) || offset < 0) return `the offset ${offset} is not a whole number`;
  return tagProblem('tag', tag, offset === 0);
}

export function publicationProblem(publication: StoredPublication): string | undefined {
  const { offset, tag, prev, user, json } = publication;
  if (!Number.isSafeInteger(offset) || offset < 1) return `the offset ${offset} is not a number from 1`;
  if (user !== undefined && typeof user !== 'string') return `the user ${String(user)} is not a text`;
  if (typeof json !== 'string') return `the data of the publication ${offset} is not a text`;
  return tagProblem('tag', tag, false) ?? tagProblem('prev', prev, offset === 1);
}

function tagProblem(name: string, tag: string, isEmpty: boolean): string | undefined {
  if (isEmpty)
    return tag === '' ? undefined : `\`${name}\` is ${JSON.stringify(tag)} before the first, not ''`;
  return TAG.test(tag)
    ? undefined
    : `\`${name}\` is ${JSON.stringify(tag)}, and not 8 hexadecimal digits in lower case`;
}

/** The first place where a publication does not follow the one before it. */
export function chainProblem(
  publications: readonly Pick<StoredPublication, 'offset' | 'tag' | 'prev'>[],
  since?: Pick<Position, 'offset' | 'tag'>,
): string | undefined {
  let last = since;
  for (const { offset, tag, prev } of publications) {
    if (last && offset !== last.offset + 1) return `after offset ${last.offset} comes ${offset}`;
    if (last && prev !== last.tag)
      return `\`prev\` of offset ${offset} is ${JSON.stringify(prev)}, and the tag before it is ${JSON.stringify(last.tag)}`;
    last = { offset, tag };
  }
  return undefined;
}

/** Whether a read can be a part of one history. */
export function readProblem(
  outcome: Extract<ReadOutcome, { type: 'read' }>,
  since: Position | undefined,
  limit: number,
): string | undefined {
  const { publications, top } = outcome;
  if (publications.length > limit) return `${publications.length} publications for a limit of ${limit}`;
  const problem = chainProblem(publications, since);
  if (problem) return problem;
  const last = publications.at(-1) ?? since;
  // With fewer than `limit`, or with no `since`, the read reaches the top.
  const reachesTop = last && (publications.length < limit || (!since && publications.length > 0));
  if (reachesTop && (last.offset !== top.offset || last.tag !== top.tag))
    return `the read ends with offset ${last.offset} (${last.tag}), and the top is ${top.offset} (${top.tag})`;
  return undefined;
}
