import { describe, expect, it } from 'vitest';
import { allowedHosts, isLoopback, resolveHost } from '../src/host.ts';
import type { Options } from '../src/options.ts';

const options = (host: string): Options => ({
  host,
  port: 5678,
  logLevel: 'info',
  allowOrigin: [],
  limits: {},
  insecure: false,
  newestSignInWins: false,
  givenAs: { host: `--host ${host}`, port: '--port 5678' },
});

it.each(['127.0.0.1', '127.0.0.2', '127.255.255.255', '::1', '::ffff:127.0.0.1', '0:0:0:0:0:0:0:1'])(
  '%s is a loopback address',
  (address) => {
    expect(isLoopback(address)).toBe(true);
  },
);

it.each([
  '0.0.0.0',
  '::',
  '126.255.255.255',
  '128.0.0.0',
  '10.0.0.1',
  '192.168.1.1',
  '169.254.1.1',
  '::2',
  'fe80::1',
  '::ffff:10.0.0.1',
  '::ffff:0.0.0.0',
  '2001:db8::1',
])('%s is not a loopback address', (address) => {
  expect(isLoopback(address)).toBe(false);
});

describe('the address to listen on', () => {
  it('is the first address of the host', async () => {
    expect(await resolveHost(options('127.0.0.1'))).toBe('127.0.0.1');
    expect(await resolveHost(options('localhost'))).toSatisfy(isLoopback);
    expect(await resolveHost(options('name'), async () => ['::1', '127.0.0.1'])).toBe('::1');
  });

  it.each(['0.0.0.0', '::', '0', '192.0.2.1'])(
    'is refused with the demo user if other machines can reach it: %s',
    async (host) => {
      await expect(resolveHost(options(host))).rejects.toThrow(
        /^--host \S+ .*is reachable from other machines.*admin\/123456.*--host 127\.0\.0\.1$/,
      );
    },
  );

  it.each(['0.0.0.0', '::', '192.0.2.1'])(
    'A43: is refused without TLS if other machines can reach it: %s',
    async (host) => {
      const real = { ...options(host), authentication: { users: { value: 'users', name: '--users' } } };
      await expect(resolveHost(real)).rejects.toThrow(
        `--host ${host} is reachable from other machines, and passwords and tokens would travel unencrypted: give --tls-cert and --tls-key, or name the proxy that terminates TLS with --trusted-proxy, or accept the risk with --insecure`,
      );
      expect(await resolveHost({ ...real, tls: { cert: 'cert', key: 'key' } })).toBe(host);
      expect(await resolveHost({ ...real, insecure: true })).toBe(host);
      expect(await resolveHost({ ...real, trustedProxies: { value: ['10.0.0.1'], name: '' } })).toBe(host);
      // TLS and --insecure do not make the demo user safe.
      const { authentication, ...demo } = real;
      for (const more of [{ tls: { cert: 'cert', key: 'key' } }, { insecure: true }])
        await expect(resolveHost({ ...demo, ...more })).rejects.toThrow('the password of the demo user');
    },
  );

  it('is refused if one address of several is reachable', async () => {
    await expect(resolveHost(options('name'), async () => ['127.0.0.1', '192.0.2.1'])).rejects.toThrow(
      '--host name (192.0.2.1) is reachable from other machines',
    );
  });

  it('S7: is refused if the name does not resolve', async () => {
    const unknown = () => Promise.reject(Object.assign(new Error(), { code: 'ENOTFOUND' }));
    await expect(resolveHost(options('no.such'), unknown)).rejects.toThrow(
      '--host no.such cannot be resolved (ENOTFOUND): give an address of this machine, such as --host 127.0.0.1',
    );
    await expect(resolveHost(options('no.address'), async () => [])).rejects.toThrow('has no address');
  });
});

describe('a socket that is not TCP', () => {
  it('is a Unix socket, which only local processes reach, with any user', async () => {
    expect(await resolveHost(options('unix:/run/x.sock'))).toBe('unix:/run/x.sock');
    expect(allowedHosts(options('unix:/run/x.sock'), 'unix:/run/x.sock')).toBeUndefined();
  });

  it('is an inherited socket, which may be public: it needs users, and TLS or a proxy', async () => {
    await expect(resolveHost(options('fd:3'))).rejects.toThrow(/^--host fd:3 is reachable .*--users FILE/);
    const real = { ...options('fd:3'), authentication: { users: { value: 'users', name: '--users' } } };
    await expect(resolveHost(real)).rejects.toThrow('unencrypted');
    expect(await resolveHost({ ...real, insecure: true })).toBe('fd:3');
  });
});

describe('the hosts that the server answers to', () => {
  const listed = { value: ['app.example'], name: '--allow-host' };
  const tls = { cert: 'cert', key: 'key' };
  const trustedProxies = { value: ['127.0.0.1'], name: '--trusted-proxy' };

  it('A48: on a loopback address are only the listed ones', () => {
    expect(allowedHosts(options('127.0.0.1'), '127.0.0.1')).toEqual([]);
    expect(allowedHosts(options('::1'), '::1')).toEqual([]);
    expect(allowedHosts({ ...options('127.0.0.1'), allowedHosts: listed }, '127.0.0.1')).toEqual([
      'app.example',
    ]);
  });

  it('A48: with TLS, a trusted proxy or another address are unrestricted, unless some are listed', () => {
    for (const [address, more] of [
      ['127.0.0.1', { tls }],
      ['127.0.0.1', { trustedProxies }],
      ['192.0.2.1', {}],
    ] as const) {
      const given = { ...options(address), ...more };
      expect(allowedHosts(given, address)).toBeUndefined();
      expect(allowedHosts({ ...given, allowedHosts: listed }, address)).toEqual(['app.example']);
    }
  });

  it('include the host name that the server listens on, but no notation of an address', () => {
    expect(allowedHosts(options('my-machine'), '127.0.1.1')).toEqual(['my-machine']);
    for (const host of ['0', '127.1', '::1', '::ffff:127.0.0.1'])
      expect(allowedHosts(options(host), '127.0.0.1')).toEqual([]);
  });
});
