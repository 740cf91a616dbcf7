/**
 * The golden table of the client's channel machine, compared with docs/client-channel-table.md (written with `-u`), and its compiled
 * description beside XState on every path of two facts from every situation.
 */
import {
  type ChannelCommand,
  type ChannelFact,
  type ClientChannelContext,
  type ClientChannelStateName,
  clientChannelMachine,
} from '@sallyport/client';
import { type Snapshot as CompiledSnapshot, compileDescription } from '@sallyport/compile';
import { expect, it } from 'vitest';
import { initialTransition, type SnapshotFrom, transition } from 'xstate';
import { description } from '../../src/channels/description.ts';

type Snapshot = SnapshotFrom<typeof clientChannelMachine>;

const at = (offset: number) => ({ epoch: 'e1', offset, tag: String(offset).padStart(8, '0') });
const publication = (offset: number) => ({ offset, tag: at(offset).tag, data: offset });
const position = at(5);

/** The facts, in words. The channel stands at 5. */
const sampleFacts: Readonly<Record<string, ChannelFact>> = {
  'subscription.wanted': { type: 'subscription.wanted' },
  'subscription.unwanted': { type: 'subscription.unwanted' },
  'catchUp.requested': { type: 'catchUp.requested', position: at(3) },
  'subscribe.succeeded, recovered': {
    type: 'subscribe.succeeded',
    position: at(6),
    recovered: true,
    publications: [publication(6)],
  },
  'subscribe.succeeded, at the same position': {
    type: 'subscribe.succeeded',
    position,
    recovered: false,
    publications: [],
  },
  'subscribe.succeeded, not recovered': {
    type: 'subscribe.succeeded',
    position: at(9),
    recovered: false,
    publications: [],
  },
  'subscribe.failed, never': { type: 'subscribe.failed', code: 'forbidden', retry: 'never' },
  'subscribe.failed, later': { type: 'subscribe.failed', code: 'unavailable', retry: 'later' },
  'subscribe.failed, again': { type: 'subscribe.failed', code: 'alreadySubscribed', retry: 'again' },
  'unsubscribe.settled': { type: 'unsubscribe.settled' },
  'publication.received, next': { type: 'publication.received', publication: publication(6) },
  'publication.received, seen': { type: 'publication.received', publication: publication(5) },
  'publication.received, after a gap': { type: 'publication.received', publication: publication(8) },
  'publication.received, of a forked history': {
    type: 'publication.received',
    publication: { ...publication(5), tag: 'ffffffff' },
  },
  'subscribed.received': { type: 'subscribed.received', position: at(9) },
  'lost.received': { type: 'lost.received', position: at(9) },
  'unsubscribed.received, never': {
    type: 'unsubscribed.received',
    code: 'permissionRevoked',
    retry: 'never',
  },
  'unsubscribed.received, later': { type: 'unsubscribed.received', code: 'permissionEnded', retry: 'later' },
  'retry.timedOut': { type: 'retry.timedOut' },
  'connection.lost, read': { type: 'connection.lost', isRead: true },
  'connection.lost, not read': { type: 'connection.lost', isRead: false },
  'session.ended': { type: 'session.ended' },
};

/** By the type: a state that is missing here does not compile. */
const states = Object.keys({
  unsubscribed: true,
  'joining.asking': true,
  'joining.waiting': true,
  'joining.leaving': true,
  live: true,
  lost: true,
  unsubscribing: true,
} satisfies Record<ClientChannelStateName, true>) as ClientChannelStateName[];

/** XState returns emits among the actions to execute, in a form that its types do not list. */
const commandsIn = (actions: readonly object[]) =>
  (actions as { params: { event: ChannelCommand } }[]).map(({ params }) => params.event);

function step(before: Snapshot, fact: ChannelFact): { snapshot: Snapshot; commands: ChannelCommand[] } {
  const [snapshot, actions] = transition(clientChannelMachine, before, fact);
  return { snapshot, commands: commandsIn(actions) };
}

function nameOf({ value }: Snapshot): ClientChannelStateName {
  return (typeof value === 'string' ? value : Object.entries(value)[0]?.join('.')) as ClientChannelStateName;
}

/** An invented situation: this state, at position 5 where the state has one. */
function situated(state: ClientChannelStateName, more: Partial<ClientChannelContext> = {}): Snapshot {
  const [parent, child] = state.split('.') as [string, string?];
  const hasPosition = state !== 'unsubscribed' && state !== 'unsubscribing';
  return clientChannelMachine.resolveState({
    value: (child ? { [parent]: child } : parent) as Snapshot['value'],
    context: {
      position: hasPosition ? position : undefined,
      target: undefined,
      hasGap: false,
      isWanted: false,
      failures: 0,
      ...more,
    },
  });
}

function cellOf(state: ClientChannelStateName, fact: ChannelFact): string {
  const before = situated(state);
  const { snapshot, commands } = step(before, fact);
  const to = nameOf(snapshot);
  const isSame = to === state && JSON.stringify(snapshot.context) === JSON.stringify(before.context);
  if (isSame && commands.length === 0) return 'ignored';
  const where = to === state ? 'stays' : `goes to **${to}**`;
  const words = commands.map(({ type }) => type).join(', ');
  return words === '' ? where : `${where}: ${words}`;
}

it("docs/client-channel-table.md shows what the client's channel machine does", async () => {
  const table = [
    '# A channel on the client, cell by cell',
    '',
    'Every state × every fact, generated from `packages/client/src/channels/machine.ts`; do not edit. The channel stands at offset 5 where the',
    'state has a position. `ignored`: the fact has no effect.',
    '',
    ...states.map((state) =>
      [
        `## ${state}`,
        '',
        '| fact | what follows |',
        '|---|---|',
        ...Object.entries(sampleFacts).map(([name, fact]) => `| ${name} | ${cellOf(state, fact)} |`),
        '',
      ].join('\n'),
    ),
  ].join('\n');
  await expect(table).toMatchFileSnapshot('../../../../docs/client-channel-table.md');
});

it("the compiled description of the client's channel machine does what XState does, in every situation that four facts reach", () => {
  const compiled = compileDescription<typeof clientChannelMachine>(description);
  type Compiled = CompiledSnapshot<typeof clientChannelMachine>;
  const [first] = initialTransition(clientChannelMachine);
  let reached: readonly (readonly [Snapshot, Compiled])[] = [[first, compiled.start(undefined, [])]];
  const seen = new Set<string>();
  for (let depth = 0; depth < 4; depth += 1) {
    const next: (readonly [Snapshot, Compiled])[] = [];
    for (const [one, other] of reached)
      for (const fact of Object.values(sampleFacts)) {
        const { snapshot, commands } = step(one, fact);
        const own: ChannelCommand[] = [];
        const after = compiled.step(other, fact, own);
        expect(own).toEqual(commands);
        expect(after.path).toBe(nameOf(snapshot));
        expect(after.context).toEqual(snapshot.context);
        const situation = JSON.stringify([after.path, after.context]);
        if (seen.has(situation)) continue;
        seen.add(situation);
        next.push([snapshot, after]);
      }
    reached = next;
  }
  const paths = new Set([...seen].map((one) => JSON.parse(one)[0]));
  expect([...paths].sort()).toEqual([...states].sort());
});
