/** Duties towards clients that are silent. Time is simulated, so no story waits for it. */
import { deepStrictEqual, equal } from 'node:assert/strict';
import type { StoryDefinition } from '../kit/story.ts';
import { expectNoCloseFrame } from './cut.ts';

export const liveness: readonly StoryDefinition[] = [
  {
    duty: 'sends pings and reports pongs',
    needs: ['ping'],
    async run(stage) {
      await stage.serveBare();
      const { client, connection, calls } = await stage.bare();
      connection.ping();
      await stage.until('`ponged`', () => calls.length > 1);
      deepStrictEqual(calls, [['opened'], ['ponged']]);
      equal(client.pings, 1);
    },
  },
  {
    duty: 'terminates a client that answers no ping, and no other',
    needs: ['ping'],
    async run(stage) {
      await stage.serve({ limits: { pingMs: 1_000, silenceMs: 3_000, authenticationMs: 3_600_000 } });
      const alive = await stage.connect();
      const mute = await stage.connect();
      mute.fallSilent();
      for (let second = 1; second <= 3; second += 1) {
        const pongs = () => stage.tapped[0]?.calls.filter(([name]) => name === 'ponged').length ?? 0;
        const before = pongs();
        stage.clock.advance(1_000);
        await stage.until('`ponged`', () => pongs() > before);
      }
      await stage.until('the end of the silent client', () => stage.hasEnded(mute));
      deepStrictEqual(
        stage.endings.map(({ reason }) => reason),
        ['silent'],
      );
      expectNoCloseFrame(stage, mute);
      alive.send('still here?');
      await stage.until('an answer', () => alive.messages.length > 0);
    },
  },
  {
    duty: 'terminates a half-open connection',
    async run(stage) {
      await stage.serve({ limits: { pingMs: Number.POSITIVE_INFINITY, silenceMs: 3_000 } });
      const client = await stage.enter();
      client.fallSilent();
      client.pause();
      stage.clock.advance(5_000);
      await stage.until('the end of the session', () => stage.endings.length > 0);
      equal(stage.endings[0]?.reason, 'silent');
      await stage.until('`closed`', () => stage.tapped[0]?.calls.some(([name]) => name === 'closed'));
      client.resume();
      await stage.until('the end at the client', () => stage.hasEnded(client));
    },
  },
  {
    duty: 'terminates a client that never answers the close frame',
    needs: ['waitsForClose'],
    async run(stage) {
      await stage.serve({ limits: { closeMs: 3_000 } });
      const client = await stage.enter();
      client.fallSilent();
      stage.opened[0]?.close('bye');
      await stage.until('the close frame', () => client.closeFrame ?? client.hasEnded);
      equal(stage.endings.length, 0, 'the session ended before the client answered the close frame');
      stage.clock.advance(3_000);
      await stage.until('the end of the session', () => stage.endings.length > 0);
      await stage.until('the end of the connection', () => stage.hasEnded(client));
    },
  },
];
