/**
 * The cost of a sign-in: TCP, upgrade, credentials, acceptance, and the end of the connections before.
 *
 * Most code of a sign-in runs once for each client, so V8 compiles it between the first thousand and the fifth. Until then a figure shows
 * mostly the compiler. So there are two: one of a new process, and one of compiled code.
 */
import type { Arena } from '../arena.ts';
import type { Part } from '../part.ts';
import { inRounds } from '../rounds.ts';
import type { Figure } from '../sample.ts';

export const loginCost: Figure = { name: 'server CPU, connect + login', unit: 'µs', better: 'less' };
const loginRate: Figure = { name: 'logins', unit: 'logins/s', better: 'more' };
const compiledCost: Figure = {
  name: 'server CPU, connect + login, compiled code',
  unit: 'µs',
  better: 'less',
};

export const login: Part = {
  name: 'login',
  about: 'server CPU per connect + login, of a new process and of compiled code',
  run: (circumstances) =>
    inRounds('login', circumstances, circumstances.contenders, async (arena, { kind }) => {
      const { logins, loginWarmSeconds, loginsToCompile, compiledLogins } = circumstances.plan;
      for (let spent = 0; spent < loginWarmSeconds; ) spent += await comeAndGo(arena, logins / 4);
      const before = await arena.cpuMicros();
      const { seconds } = await arena.openIdle(logins);
      const cpuMicros = (await arena.cpuMicros()) - before;
      const early = [
        [loginCost, cpuMicros / logins],
        [loginRate, logins / seconds],
      ] as const;
      // So many sign-ins take the other libraries and engines minutes.
      if (kind === 'peer' || kind === 'engine') return early;
      await arena.closeAll();
      for (let count = 0; count < loginsToCompile; count += logins) await comeAndGo(arena, logins);
      const compiled = await arena.cpuMicros();
      for (let count = 0; count < compiledLogins; count += logins) await comeAndGo(arena, logins);
      return [...early, [compiledCost, ((await arena.cpuMicros()) - compiled) / compiledLogins]];
    }),
};

/** Clients sign in and close. Resolves with the seconds that the sign-ins took. */
async function comeAndGo(arena: Arena, count: number): Promise<number> {
  const { seconds } = await arena.openIdle(count);
  await arena.closeAll();
  return seconds;
}
