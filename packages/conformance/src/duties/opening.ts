/** Duties at the opening of a connection. */
import { deepStrictEqual, equal } from 'node:assert/strict';
import type { StoryDefinition } from '../kit/story.ts';

export const opening: readonly StoryDefinition[] = [
  {
    duty: 'calls opened before anything else',
    async run(stage) {
      await stage.serveBare();
      const { client, calls } = await stage.bare();
      client.send('at once');
      await stage.until('the message', () => calls.length > 1);
      deepStrictEqual(calls, [['opened'], ['receive', 'at once', 7]]);
    },
  },
  {
    duty: 'opens one session for each connection',
    async run(stage) {
      await stage.serveBare();
      const all = [await stage.bare(), await stage.bare(), await stage.bare()];
      for (const [i, { client }] of [...all.entries()].reverse()) client.send(`from ${i}`);
      for (const [i, { calls }] of all.entries()) {
        await stage.until('the message', () => calls.length > 1);
        deepStrictEqual(calls, [['opened'], ['receive', `from ${i}`, 6]]);
      }
    },
  },
  {
    duty: 'sends from within opened',
    async run(stage) {
      await stage.serveBare((connection) => ({ opened: () => void connection.send('welcome') }));
      const { client } = await stage.bare();
      await stage.until('the message', () => client.messages.length > 0);
      client.expect(['welcome']);
    },
  },
  {
    duty: 'closes from within opened',
    async run(stage) {
      await stage.serveBare((connection) => ({ opened: () => connection.close(1000, 'not now') }));
      const bare = await stage.bare();
      await stage.untilOver(bare);
      if (stage.capabilities.closeCodes)
        deepStrictEqual(bare.client.closeFrame, { close: 1000, reason: 'not now' });
      deepStrictEqual(
        bare.calls.map(([name]) => name),
        ['opened', 'closed'],
      );
    },
  },
  {
    duty: 'terminates from within opened',
    async run(stage) {
      await stage.serveBare((connection) => ({ opened: () => connection.terminate() }));
      const before = stage.tapped.length;
      // The connection may end before the client has seen it open.
      await stage.connect().catch(() => {});
      await stage.until('`closed`', () => stage.tapped[before]?.calls.length === 2);
      deepStrictEqual(
        stage.tapped[before]?.calls.map(([name]) => name),
        ['opened', 'closed'],
      );
    },
  },
  {
    duty: 'drains a connection that opens during a drain',
    async run(stage) {
      await stage.serve({ admitted: (sessions) => void sessions.drain() });
      const client = await stage.connect();
      await stage.until('the end of the connection', () => stage.hasEnded(client));
      if (stage.capabilities.closeCodes)
        deepStrictEqual(client.closeFrame, { close: 1012, reason: 'server restarts' });
      await stage.until('the end of the session', () => stage.endings.length === 1);
      equal(stage.endings[0]?.reason, 'draining');
    },
  },
];
