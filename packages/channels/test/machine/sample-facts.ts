/**
 * Every fact, in every variant that a guard distinguishes, for a channel that stands at a given position. The golden table has a row
 * for each, and the model's paths consist of them. A missing fact does not compile.
 */
import type { Position } from '@sallyport/protocol';
import type { StoredPublication } from '../../src/broker/broker.ts';
import type { Fact } from '../../src/machine/facts.ts';
import type { ChannelContext } from '../../src/machine/machine.ts';

/** Makes the fact for the context of a channel. */
export type Variant = (context: ChannelContext) => Fact;

/** The tag of a publication in the log of the tests: `000000` and its offset, in two digits. */
const tagOf = (offset: number) => (offset === 0 ? '' : `000000${String(offset).padStart(2, '0')}`);
const FORKED = 'ffffffff';

/** The publication with this offset in the log of the tests. */
export function publicationAt(offset: number, changes: Partial<StoredPublication> = {}): StoredPublication {
  return { offset, tag: tagOf(offset), prev: tagOf(offset - 1), json: String(offset), ...changes };
}

export const positionAt = (offset: number, epoch = 'one'): Position => ({
  epoch,
  offset,
  tag: tagOf(offset),
});

const at = ({ position }: ChannelContext): number => position?.offset ?? 3;
const epochOf = ({ position }: ChannelContext): string => position?.epoch ?? 'one';

const arrived =
  (ahead: number, changes: Partial<StoredPublication> = {}, epoch?: string): Variant =>
  (context) => ({
    type: 'publication.arrived',
    epoch: epoch ?? epochOf(context),
    publication: publicationAt(at(context) + ahead, changes),
  });

const top =
  (type: 'top.compared' | 'position.outrun', ahead: number, epoch?: string): Variant =>
  (context) => ({ type, top: positionAt(at(context) + ahead, epoch ?? epochOf(context)) });

const confirmed =
  (ahead: number, epoch?: string): Variant =>
  (context) => ({
    type: 'append.confirmed',
    position: positionAt(at(context) + ahead, epoch ?? epochOf(context)),
  });

const followed =
  (late: number): Variant =>
  ({ attempt }) => ({ type: 'follow.succeeded', attempt: attempt - late, top: positionAt(3) });

/** A page of `count` publications of a log whose top is `ahead`. */
const read =
  (count: number, ahead: number, late = 0, changes: Partial<StoredPublication> = {}): Variant =>
  (context) => ({
    type: 'read.succeeded',
    attempt: context.attempt - late,
    publications: Array.from({ length: count }, (_, index) =>
      publicationAt(at(context) + 1 + index, index === 0 ? changes : {}),
    ),
    top: positionAt(at(context) + ahead, epochOf(context)),
  });

const lost =
  (late: number): Variant =>
  (context) => ({
    type: 'read.lost',
    attempt: context.attempt - late,
    top: positionAt(at(context) + 2, epochOf(context)),
  });

const failed =
  (type: 'follow.failed' | 'read.failed', late: number): Variant =>
  ({ attempt }) => ({ type, attempt: attempt - late });

/** For a fact without data. */
const plain =
  (type: Fact['type']): Variant =>
  () =>
    ({ type }) as Fact;

/** By the type of the fact, then by the name of the variant. */
const byFact: Readonly<Record<Fact['type'], Readonly<Record<string, Variant>>>> = {
  'follow.succeeded': { '': followed(0), 'another attempt': followed(1) },
  'follow.failed': { '': failed('follow.failed', 0), 'another attempt': failed('follow.failed', 1) },
  'publication.arrived': {
    'the next': arrived(1),
    'the last again': arrived(0),
    'an older one': arrived(-1),
    'after a gap': arrived(2),
    'the next, of another history': arrived(1, { prev: FORKED }),
    'the last, with another tag': arrived(0, { tag: FORKED }),
    'of another epoch': arrived(1, {}, 'two'),
  },
  'read.succeeded': {
    'up to the top': read(2, 2),
    'nothing was missing': read(0, 0),
    'a page': read(1, 2),
    'a page with a hole': read(2, 2, 0, { prev: FORKED }),
    'nothing, below the top': read(0, 2),
    'another attempt': read(2, 2, 1),
  },
  'read.lost': { '': lost(0), 'another attempt': lost(1) },
  'read.failed': { '': failed('read.failed', 0), 'another attempt': failed('read.failed', 1) },
  'unfollow.settled': { '': plain('unfollow.settled') },
  'append.confirmed': {
    'of what has arrived': confirmed(0),
    'of an older one': confirmed(-1),
    'of one that is ahead': confirmed(1),
    'of one that is two ahead': confirmed(2),
    'of another epoch': confirmed(1, 'two'),
  },
  'top.compared': {
    'the position': top('top.compared', 0),
    behind: top('top.compared', -1),
    ahead: top('top.compared', 1),
    'of another epoch': top('top.compared', 1, 'two'),
  },
  'position.outrun': {
    'the position': top('position.outrun', 0),
    behind: top('position.outrun', -1),
    ahead: top('position.outrun', 1),
    'of another epoch': top('position.outrun', 1, 'two'),
  },
  'tag.mismatched': { '': plain('tag.mismatched') },
  'queue.overflowed': { '': plain('queue.overflowed') },
  'broker.interrupted': { '': plain('broker.interrupted') },
  'broker.resumed': { '': plain('broker.resumed') },
  'join.requested': { '': () => ({ type: 'join.requested', joiner: 'ada' }) },
  'subscribers.left': { '': plain('subscribers.left') },
  'node.closed': { '': plain('node.closed') },
  'tail.timedOut': { '': plain('tail.timedOut') },
  'retry.timedOut': { '': plain('retry.timedOut') },
  'idle.timedOut': { '': plain('idle.timedOut') },
};

/** By name, such as `read.lost`, or `read.lost, another attempt` for a variant. */
export const sampleFacts: ReadonlyMap<string, Variant> = new Map(
  Object.entries(byFact).flatMap(([fact, variants]) =>
    Object.entries(variants).map(([what, variant]) => [what ? `${fact}, ${what}` : fact, variant] as const),
  ),
);
