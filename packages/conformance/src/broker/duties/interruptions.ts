/** Duties while the broker cannot be reached, and after. */
import { deepStrictEqual, equal, ok } from 'node:assert/strict';
import type { AppendOutcome } from '@sallyport/channels';
import type { BrokerNode } from '../kit/broker-node.ts';
import type { BrokerStage } from '../kit/broker-stage.ts';
import type { BrokerStoryDefinition } from '../kit/broker-story.ts';

const STEP_MS = 50;

async function cut(stage: BrokerStage, node: BrokerNode): Promise<void> {
  const { interruptions } = node.receiver;
  await stage.act('the connection is cut', () => stage.served.cut?.(node.broker));
  await stage.passUntil('`interrupted`', STEP_MS, () => node.receiver.interruptions > interruptions);
}

async function mend(stage: BrokerStage, node: BrokerNode): Promise<void> {
  await stage.act('the connection is mended', () => stage.served.mend?.(node.broker));
  await stage.passUntil('`resumed`', STEP_MS, () => node.receiver.isConnected);
}

/** Lets time pass until a call has been answered. */
async function passUntilAnswered<T>(stage: BrokerStage, call: Promise<T>): Promise<T> {
  let isAnswered = false;
  const settle = () => {
    isAnswered = true;
  };
  call.then(settle, settle);
  await stage.passUntil('an answer', STEP_MS, () => isAnswered);
  return call;
}

/** Calls every method, and returns the types of the answers. */
async function callAll(node: BrokerNode): Promise<readonly string[]> {
  const [append, read, follow, tops, snapshot, lease] = await Promise.all([
    node.append('room', '"while away"', { key: 'k' }),
    node.read('room', undefined),
    node.tryFollow('another room'),
    node.tops(['room', 'another room']),
    node.trySnapshot('room'),
    node.lease('n', 1_000),
    node.unfollow('a third room'),
  ]);
  return [append.type, read.type, follow.type, ...tops.map(({ type }) => type), snapshot.type, lease];
}

function expectUnavailable([append, ...others]: readonly string[]): void {
  ok(append === 'unavailable' || append === 'unknown', `\`append\` answered \`${append}\``);
  for (const type of others) equal(type, 'unavailable');
}

export const interruptions: readonly BrokerStoryDefinition[] = [
  {
    duty: 'answers every method with unavailable or unknown while it is interrupted',
    needs: ['cuts'],
    async run(stage) {
      const node = await stage.node();
      await node.follow('room');
      await cut(stage, node);
      expectUnavailable(await passUntilAnswered(stage, callAll(node)));
      await mend(stage, node);
      await node.appended('room', '1');
    },
  },
  {
    duty: 'follows every channel again before it reports resumed',
    needs: ['cuts'],
    async run(stage) {
      const [a, b] = await stage.nodes('a', 'b');
      const channels = Array.from({ length: 20 }, (_, i) => `room ${i}`);
      for (const channel of channels) await b.follow(channel);
      for (let round = 0; round < 3; round += 1) {
        await cut(stage, b);
        const missed = await a.appended('room 0', '"missed, or late"');
        await mend(stage, b);
        // From `resumed` on nothing is missed.
        for (const channel of channels)
          await stage.untilHeard(b, channel, await a.appended(channel, String(round)));
        ok(
          (await b.history('room 0')).some(({ tag }) => tag === missed.tag),
          'the log has what was missed',
        );
      }
      equal(b.receiver.interruptions, 3);
    },
  },
  {
    duty: 'interrupts only the node whose connection was cut',
    needs: ['cuts'],
    async run(stage) {
      const [a, b] = await stage.nodes('a', 'b');
      const from = await a.follow('room');
      await cut(stage, b);
      await stage.expectAll(a, 'room', from, await a.appended('room', '1'));
      equal(a.receiver.interruptions, 0);
    },
  },
  {
    duty: 'does not follow a channel after follow answered unavailable',
    needs: ['cuts'],
    async run(stage) {
      const [a, b] = await stage.nodes('a', 'b');
      await cut(stage, b);
      const { type } = await passUntilAnswered(stage, b.tryFollow('room'));
      equal(type, 'unavailable');
      // The stage watches that nothing of it is reported.
      b.followed.delete('room');
      await mend(stage, b);
      await a.appended('room', '1');
      await stage.barrier(b, a);
    },
  },
  {
    duty: 'does not follow again what was unfollowed while it was interrupted',
    needs: ['cuts'],
    async run(stage) {
      const [a, b] = await stage.nodes('a', 'b');
      await b.follow('room');
      await b.follow('another room');
      await cut(stage, b);
      await passUntilAnswered(stage, b.unfollow('room'));
      await mend(stage, b);
      await a.appended('room', '1');
      await stage.untilHeard(b, 'another room', await a.appended('another room', '1'));
      await stage.barrier(b, a);
    },
  },
  {
    duty: 'tells unavailable only of what was not appended, and appends a retry of unknown once',
    needs: ['cuts'],
    async run(stage) {
      const [a, b] = await stage.nodes('a', 'b');
      await a.follow('room');
      const outcomes = new Map<string, AppendOutcome>();
      for (let round = 0; round < 5; round += 1) {
        const sent = Array.from({ length: 20 }, async (_, i) => {
          const key = `${round}-${i}`;
          outcomes.set(key, await b.append('room', JSON.stringify(key), { key }));
        });
        // Some answers are on their way: the log has the publications, and the node does not know it.
        const hasBegun = () => a.arrivalsOf('room').some(({ json }) => json.startsWith(`"${round}-`));
        if (round > 0) await stage.until('the first of them', hasBegun);
        await cut(stage, b);
        await passUntilAnswered(stage, Promise.all(sent));
        await mend(stage, b);
      }
      const jsons = async () => (await a.history('room')).map(({ json }) => JSON.parse(json) as string);
      const before = new Set(await jsons());
      for (const [key, { type }] of outcomes) {
        if (type === 'unavailable') ok(!before.has(key), `${key} is in the log, and was \`unavailable\``);
        if (type === 'appended') ok(before.has(key), `${key} is not in the log, and was \`appended\``);
      }
      for (const [key] of outcomes) await b.appended('room', JSON.stringify(key), { key });
      deepStrictEqual((await jsons()).sort(), [...outcomes.keys()].sort());
    },
  },
  {
    duty: 'answers within its deadline when the other end never answers',
    needs: ['hangs'],
    async run(stage) {
      await stage.serve({ deadlineMs: 500 });
      const node = await stage.node();
      await node.follow('room');
      await stage.act('the broker hangs', () => stage.served.hang?.());
      expectUnavailable(await passUntilAnswered(stage, callAll(node)));
      await stage.act('the broker goes on', () => stage.served.wake?.());
      await stage.passUntil('`resumed`', STEP_MS, () => node.receiver.isConnected);
      // It may have come late: the key tells.
      await stage.passUntil('an append', STEP_MS, async () => {
        const { type } = await passUntilAnswered(stage, node.append('room', '"while away"', { key: 'k' }));
        return type === 'appended';
      });
      deepStrictEqual(
        (await node.history('room')).map(({ json }) => json),
        ['"while away"'],
      );
    },
  },
  {
    duty: 'answers what was unknown as unknown, and not as unavailable',
    needs: ['hangs'],
    async run(stage) {
      await stage.serve({ deadlineMs: 500 });
      const [a, b] = await stage.nodes('a', 'b');
      await stage.act('the broker hangs', () => stage.served.hang?.());
      // On its way: the broker takes it when it goes on, or never does.
      const { type } = await passUntilAnswered(stage, a.append('room', '1', { key: 'k' }));
      equal(type, 'unknown');
      await stage.act('the broker goes on', () => stage.served.wake?.());
      for (const node of [a, b]) await stage.passUntil('`resumed`', STEP_MS, () => node.receiver.isConnected);
    },
  },
];
