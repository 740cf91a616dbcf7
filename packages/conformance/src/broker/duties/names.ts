/** Duties with odd names and data: what a client or an app may choose passes unchanged, and means nothing else. */
import { deepStrictEqual, equal } from 'node:assert/strict';
import type { BrokerStoryDefinition } from '../kit/broker-story.ts';

/** Names that mean something to an object, a pattern, a command, a key or a shell. */
const ODD = [
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  '*',
  'room:*',
  '?',
  '[a-z]',
  '{room}',
  '{}room',
  'a b',
  ' ',
  'room',
  '..',
  '/',
  '\\',
  '"',
  "'",
  '%s%n',
  '$1',
  '0',
  '-1',
  'null',
  'undefined',
  'NaN',
  ':',
  'a:b',
  'é',
  'e\u0301',
  '日本語',
  '😀',
  'x'.repeat(255),
  // A node has channels of its own behind those of the app: a prefix that no client can name.
  ' room',
  ` ${'x'.repeat(255)}`,
];

const DATA = [
  'null',
  'true',
  '0',
  '-0',
  '1e400',
  '""',
  '"\\u0000\\ud800"',
  '{"__proto__":{"polluted":true}}',
  '[[[[[[]]]]]]',
  '{"a":1,"a":2}',
  ' {"spaces" : "stay"} ',
  JSON.stringify('é€😀\r\n\t\u2028\u007f'),
  JSON.stringify('x'.repeat(65_000)),
];

export const names: readonly BrokerStoryDefinition[] = [
  {
    duty: 'takes any channel name, and confuses no two',
    async run(stage) {
      const [a, b] = await stage.nodes('a', 'b');
      const tops = new Map<string, Awaited<ReturnType<typeof b.follow>>>();
      for (const channel of ODD) tops.set(channel, await b.follow(channel));
      equal(
        new Set([...tops.values()].map(({ epoch }) => epoch)).size,
        ODD.length,
        'two names have one epoch',
      );
      for (const [i, channel] of ODD.entries()) await a.appended(channel, String(i));
      for (const [i, channel] of ODD.entries()) {
        const from = tops.get(channel);
        if (from) await stage.expectAll(b, channel, from, await a.top(channel));
        equal(b.arrivalsOf(channel)[0]?.json, String(i));
        deepStrictEqual(
          (await b.history(channel)).map(({ json }) => json),
          [String(i)],
        );
      }
    },
  },
  {
    duty: 'ends to follow one odd name without ending others',
    async run(stage) {
      const [a, b] = await stage.nodes('a', 'b');
      for (const channel of ODD) await b.follow(channel);
      await b.unfollow('*');
      for (const channel of ODD) await a.appended(channel, '1');
      for (const channel of ODD)
        if (channel !== '*') await stage.untilHeard(b, channel, await a.top(channel));
    },
  },
  {
    duty: 'passes data on without a change',
    async run(stage) {
      const [a, b] = await stage.nodes('a', 'b');
      const from = await b.follow('room');
      for (const json of DATA) await a.appended('room', json);
      await stage.expectAll(b, 'room', from, await a.top('room'));
      const read = await b.history('room');
      for (const [i, json] of DATA.entries()) {
        equal(b.arrivalsOf('room')[i]?.json, json);
        equal(read[i]?.json, json);
      }
    },
  },
  {
    duty: 'passes users on without a change',
    async run(stage) {
      const [a, b] = await stage.nodes('a', 'b');
      const users = [...ODD, 'line\nbreak', 'nul\u0000', ''];
      const from = await b.follow('room');
      for (const user of users) await a.appended('room', '1', { user });
      await stage.expectAll(b, 'room', from, await a.top('room'));
      const read = await b.history('room');
      for (const [i, user] of users.entries()) {
        equal(b.arrivalsOf('room')[i]?.user, user);
        equal(read[i]?.user, user);
      }
    },
  },
  {
    duty: 'takes any field and any value of the state',
    async run(stage) {
      const node = await stage.node();
      const expected = new Map<string, string>();
      await node.lease('n', 86_400_000);
      for (const [i, name] of ODD.entries()) {
        const field = `n/${name}`;
        const value = DATA[i % DATA.length] as string;
        await node.appended('room', '1', { state: { field, value } });
        expected.set(field, value);
      }
      const outcome = await node.trySnapshot('room');
      const sorted = (map: ReadonlyMap<string, string>) => [...map].sort(([a], [b]) => (a < b ? -1 : 1));
      deepStrictEqual(outcome.type === 'snapshot' && sorted(outcome.state), sorted(expected));
    },
  },
  {
    duty: 'takes any printable key',
    async run(stage) {
      const node = await stage.node();
      const options = ODD.filter((name) => /^[ -~]{1,64}$/.test(name)).map((key) => ({ key, user: key }));
      const positions = [];
      for (const one of options) positions.push(await node.appended('room', '1', one));
      equal(
        new Set(positions.map(({ offset }) => offset)).size,
        options.length,
        'two keys were taken for one',
      );
      for (const [i, one] of options.entries())
        deepStrictEqual(await node.appended('room', '1', one), positions[i]);
    },
  },
];
