/** Workers with `--redis` share their channels through Redis, and survive each other. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { Person, problemsOf } from '../src/person.ts';
import { hasRedis, startRedis } from '../src/redis-server.ts';
import { ServerProcess } from '../src/server-process.ts';

describe.skipIf(!hasRedis)('workers over Redis', () => {
  const closers: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const close of closers.splice(0).reverse()) await close();
  });

  async function until(condition: () => unknown): Promise<void> {
    while (!(await condition())) await sleep(20);
  }

  it('people on two workers read each other, also after one was killed', async () => {
    const redis = await startRedis([]);
    closers.push(() => redis.close());
    const server = await ServerProcess.start('sallyport-ws', ['--redis', redis.url, '--workers', '2']);
    closers.push(() => server.stop());
    await until(() => server.events('broker.connected').length >= 2);
    const people: Person[] = [];
    const workers = () => new Set(server.events('session.authenticated').map(({ worker }) => worker));
    while (workers().size < 2) {
      const one = new Person(`person ${people.length}`, server.url, 'demo:room');
      people.push(one);
      closers.push(() => one.close());
      await until(() => one.isLive && server.events('session.authenticated').length >= people.length);
    }
    const talk = async () => {
      for (const one of people) {
        await one.publish();
        const last = one.told.at(-1)?.data ?? '';
        await until(() => people.every(({ read }) => read.includes(last)));
      }
    };
    await talk();
    const [first] = server.events('worker.listening');
    process.kill(Number(first?.['pid']), 'SIGKILL');
    await until(() => server.events('worker.listening').length >= 3);
    await talk();
    expect(problemsOf(people)).toEqual([]);
  });
});
