/** The cost of a sign-in: TCP, upgrade, credentials, acceptance. */
import type { Part } from '../part.ts';
import { inRounds } from '../rounds.ts';
import type { Figure } from '../sample.ts';

export const loginCost: Figure = { name: 'server CPU, connect + login', unit: 'µs', better: 'less' };
const loginRate: Figure = { name: 'logins', unit: 'logins/s', better: 'more' };

export const login: Part = {
  name: 'login',
  about: 'server CPU per connect + login',
  run: (circumstances) =>
    inRounds('login', circumstances, circumstances.contenders, async (arena) => {
      const { logins, loginWarmSeconds } = circumstances.plan;
      // Warms up by time, so that the code of every server is equally warm.
      for (let spent = 0; spent < loginWarmSeconds; ) {
        spent += (await arena.openIdle(logins / 4)).seconds;
        await arena.closeAll();
      }
      const before = await arena.cpuMicros();
      const { seconds } = await arena.openIdle(logins);
      const cpuMicros = (await arena.cpuMicros()) - before;
      return [
        [loginCost, cpuMicros / logins],
        [loginRate, logins / seconds],
      ];
    }),
};
