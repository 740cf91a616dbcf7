/**
 * What a new connection needs before the broker is connected: scripts, and the proof that this user may run all of them.
 *
 * An ACL that denies a part of a script shows only in the middle of it, after the first writes. So all scripts run once on a channel with
 * the empty name, which no app can use. Proven by: test/access.test.ts, test/failures.test.ts.
 */
import type { Connection } from './connection.ts';
import { isWriteRefused } from './failures.ts';
import type { Keys } from './keys.ts';
import type { RandomHex } from './random-hex.ts';
import { scripts } from './scripts.ts';

/** How long what the check writes is kept, in milliseconds. */
const CHECK_MS = '60000';

export async function loadScripts(connection: Connection): Promise<void> {
  await Promise.all(Object.values(scripts).map((text) => connection.command('SCRIPT', 'LOAD', text)));
}

/** Runs every script once. Rejects if this user may not, or the server is of no use. A server that is out of memory may be used for reading. */
export async function checkRights(connection: Connection, keys: Keys, randomHex: RandomHex): Promise<void> {
  const channel = '';
  const [meta, log, state] = [keys.meta(channel), keys.log(channel), keys.state(channel)];
  const lease = keys.lease(`check-${randomHex(4)}`);
  const records = [keys.append(channel, '', randomHex(4)), keys.count('')];
  const appendArgs = (change: string) => [
    ...[randomHex(8), CHECK_MS, randomHex(4), '0', '', '1', '1000', '1000', keys.subject(channel)],
    ...['1000000', change, 'check/1', '', lease],
  ];
  const checks = [
    connection.run('lease', [lease], [randomHex(8), '1000']),
    connection.run('append', [meta, log, state, ...records], appendArgs('set')),
    connection.run('append', [meta, log, state], [...appendArgs('remove').with(7, '0')]),
    connection.run('read', [meta, log], [randomHex(8), CHECK_MS, '1', '', '0', '']),
    connection.run('snapshot', [meta, log, state], [randomHex(8), CHECK_MS, keys.leases]),
    connection.run('tops', [meta, log], [CHECK_MS, randomHex(8)]),
  ];
  for (const { status, reason } of (await Promise.allSettled(checks)) as PromiseRejectedResult[])
    if (status === 'rejected' && !isWriteRefused(reason)) throw reason;
}

/** What is wrong with the memory policy of Redis. Undefined: nothing, or this user may not ask. */
export async function memoryProblem(connection: Connection): Promise<string | undefined> {
  const info = await connection.command('INFO', 'memory').catch(() => '');
  const policy = /^maxmemory_policy:(\S+)/m.exec(String(info))?.[1] ?? 'noeviction';
  const limit = /^maxmemory:(\d+)/m.exec(String(info))?.[1] ?? '0';
  if (policy === 'noeviction' || limit === '0') return undefined;
  return `Redis may drop channels when its memory is full (maxmemory-policy ${policy}): set maxmemory-policy noeviction`;
}
