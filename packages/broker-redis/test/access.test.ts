/** Who may use Redis, and how the broker reaches it: ACL users, passwords, TLS, databases, clients of the caller's own. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '@redis/client';
import { hasRedis, type RedisServer, startRedis } from '@sallyport/redis-tests/redis-server';
import { makeCertificate, whyNoCertificate } from '@sallyport/test-fixtures/certificate';
import { freePort } from '@sallyport/test-fixtures/free-port';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { RedisClient } from '../src/index.ts';
import { connectedBroker, KEPT, startBroker, until, type Watched } from './with-broker.ts';

describe.skipIf(!hasRedis)('on redis-server', () => {
  let redis: RedisServer;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.close());

  const urlOf = (user: string, path = '') => `redis://${user}@127.0.0.1:${redis.port}${path}`;

  /** Makes a user as the README says, with these changes. */
  async function makeUser(name: string, ...changes: readonly string[]): Promise<void> {
    const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
    const line = /^ACL SETUSER sallyport (.*)$/m.exec(readme)?.[1] ?? '';
    const rights = line.replace('>SECRET', '>secret').split(' ');
    await redis.command('ACL', 'SETUSER', name, ...rights, ...changes);
  }

  async function hearItself({ broker, reports }: Watched): Promise<void> {
    expect((await broker.follow('room')).type).toBe('top');
    const { type } = await broker.append('room', '"hello"', { retention: KEPT, user: 'ada', key: 'k' });
    expect(type).toBe('appended');
    await until(() => reports.includes('room "hello"'));
    expect((await broker.read('room', undefined, 5)).type).toBe('read');
    expect((await broker.snapshot('room')).type).toBe('snapshot');
    expect((await broker.lease('n', 1_000)).type).toBe('lost');
    await broker.unfollow('room');
  }

  it('the user of the README may do all that the broker needs', async () => {
    await makeUser('readme');
    await hearItself(await connectedBroker({ url: urlOf('readme:secret'), prefix: 'shop' }));
  });

  it.each(['xadd', 'publish', 'subscribe', 'evalsha', 'incr', 'hgetall', 'xrevrange'])(
    'E63: a missing right shows at the start, and not in the middle of an append: %s',
    async (command) => {
      const user = `no-${command}`;
      await makeUser(user, `-${command}`);
      const watched = startBroker({ url: urlOf(`${user}:secret`), prefix: 'shop' });
      await until(() => watched.broker.state === 'interrupted');
      expect(watched.broker.reason).toMatch(/NOPERM|can't run this command|ACL failure in script/);
      expect((await watched.broker.append('denied', '1', { retention: KEPT })).type).toBe('unavailable');
      expect(await redis.command('EXISTS', 'shop:m:denied')).toBe(0);
      // It heals when the right is given.
      await redis.command('ACL', 'SETUSER', user, `+${command}`);
      await until(() => watched.broker.state === 'connected');
      expect(watched.reports).toEqual(['resumed']);
    },
  );

  it('the keys of another prefix are out of reach of the user', async () => {
    await makeUser('other');
    const { broker } = startBroker({ url: urlOf('other:secret'), prefix: 'bank' });
    await until(() => broker.state === 'interrupted');
    expect(broker.reason).toMatch(/NOPERM|can't access/);
  });

  it('E62: a wrong password is told to the operator, once, and heals when it is right', async () => {
    await makeUser('ada');
    const { broker, news } = startBroker({ url: urlOf('ada:wrong'), prefix: 'shop' });
    await until(() => broker.state === 'interrupted');
    expect(broker.reason).toContain('WRONGPASS');
    expect(broker.reason).not.toContain('wrong');
    await redis.command('ACL', 'SETUSER', 'ada', '>wrong');
    await until(() => broker.state === 'connected');
    expect(news).toEqual([expect.stringContaining('WRONGPASS'), 'connected']);
  });

  it('two databases with one prefix share no channels', async () => {
    const zero = await connectedBroker({ url: redis.url, prefix: 'same' });
    const one = await connectedBroker({ url: `${redis.url}/1`, prefix: 'same' });
    await zero.broker.follow('room');
    await one.broker.follow('room');
    await one.broker.append('room', '"of one"', { retention: KEPT });
    await zero.broker.append('room', '"of zero"', { retention: KEPT });
    await until(() => zero.reports.length > 1 && one.reports.length > 1);
    expect(zero.reports).toEqual(['resumed', 'room "of zero"']);
    expect(one.reports).toEqual(['resumed', 'room "of one"']);
  });

  it('a client of the caller serves the broker, also one that would connect again by itself', async () => {
    const clients: RedisClient[] = [];
    const watched = await connectedBroker({
      prefix: 'own',
      client() {
        const client = createClient({
          socket: { host: '127.0.0.1', port: redis.port },
        });
        clients.push(client);
        return client;
      },
    });
    await hearItself(watched);
    await redis.command('CLIENT', 'KILL', 'TYPE', 'pubsub');
    await until(() => clients.length > 2 && watched.broker.state === 'connected');
    expect(clients).toHaveLength(4);
    expect(watched.reports.at(-1)).toBe('resumed');
  });

  it('a function that makes no client is a reason, and no crash', async () => {
    const { broker } = startBroker({
      client: () => {
        throw new Error('no settings yet');
      },
    });
    await until(() => broker.state === 'interrupted');
    expect(broker.reason).toBe('no settings yet');
  });

  const why = whyNoCertificate();
  it.skipIf(why !== undefined)(
    'TLS: a client with the right authority connects, and another one does not',
    async () => {
      const directory = mkdtempSync(join(tmpdir(), 'sallyport-redis-tls-'));
      onTestFinished(() => rmSync(directory, { recursive: true }));
      const [key, cert] = [join(directory, 'key.pem'), join(directory, 'cert.pem')];
      makeCertificate({ key, cert });
      const port = await freePort();
      const files = ['--tls-cert-file', cert, '--tls-key-file', key, '--tls-ca-cert-file', cert];
      const secure = await startRedis(['--tls-port', String(port), '--tls-auth-clients', 'no', ...files]);
      onTestFinished(() => secure.close());
      const url = `rediss://localhost:${port}`;
      const socket = { tls: true, ca: readFileSync(cert), reconnectStrategy: false } as const;
      const client = () => createClient({ url, RESP: 3, socket });
      await hearItself(await connectedBroker({ client, prefix: 'shop' }));
      const stranger = startBroker({ url, prefix: 'shop' });
      await until(() => stranger.broker.state === 'interrupted');
      expect(stranger.broker.reason).toMatch(/certificate/);
    },
  );
});
