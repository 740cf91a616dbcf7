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
  given: { host: `--host ${host}`, port: '--port 5678' },
});

it.each(['127.0.0.1', '127.0.0.2', '127.255.255.255', '::1', '::ffff:127.0.0.1', '0:0:0:0:0:0:0:1'])(
  '%s is loopback',
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
])('%s is not', (address) => {
  expect(isLoopback(address)).toBe(false);
});

describe('the address to listen on', () => {
  it('is the one that the host stands for', async () => {
    expect(await resolveHost(options('127.0.0.1'))).toBe('127.0.0.1');
    expect(await resolveHost(options('localhost'))).toSatisfy(isLoopback);
    expect(await resolveHost(options('name'), async () => ['::1', '127.0.0.1'])).toBe('::1');
  });

  it.each(['0.0.0.0', '::', '0', '192.0.2.1'])('is none that others reach: %s', async (host) => {
    await expect(resolveHost(options(host))).rejects.toThrow(
      /^--host \S+ .*could be reached from other machines.*admin\/123456.*--host 127\.0\.0\.1$/,
    );
  });

  it.each(['0.0.0.0', '::', '192.0.2.1'])(
    'A43: is none where real credentials would come in clear: %s',
    async (host) => {
      const real = { ...options(host), authentication: { users: { value: 'users', by: '--users' } } };
      await expect(resolveHost(real)).rejects.toThrow(
        `--host ${host} could be reached from other machines, and passwords and tokens would come in clear: give --tls-cert and --tls-key, or name the proxy in front that terminates TLS with --trusted-proxy, or do without by --insecure`,
      );
      expect(await resolveHost({ ...real, tls: { cert: 'cert', key: 'key' } })).toBe(host);
      expect(await resolveHost({ ...real, insecure: true })).toBe(host);
      expect(await resolveHost({ ...real, trustedProxies: { value: ['10.0.0.1'], by: '' } })).toBe(host);
      // The demo user stays at home, whatever is on the way.
      const { authentication, ...demo } = real;
      for (const more of [{ tls: { cert: 'cert', key: 'key' } }, { insecure: true }])
        await expect(resolveHost({ ...demo, ...more })).rejects.toThrow('everybody knows the demo user');
    },
  );

  it('is none of a name that has one which others reach', async () => {
    await expect(resolveHost(options('name'), async () => ['127.0.0.1', '192.0.2.1'])).rejects.toThrow(
      '--host name (192.0.2.1) could be reached from other machines',
    );
  });

  it('is none of a name that nobody knows', async () => {
    const unknown = () => Promise.reject(Object.assign(new Error(), { code: 'ENOTFOUND' }));
    await expect(resolveHost(options('no.such'), unknown)).rejects.toThrow(
      '--host no.such cannot be resolved (ENOTFOUND): give an address of this machine, such as --host 127.0.0.1',
    );
    await expect(resolveHost(options('no.address'), async () => [])).rejects.toThrow('has no address');
  });
});

describe('the hosts that the server answers to', () => {
  const listed = { value: ['app.example'], by: '--allow-host' };
  const tls = { cert: 'cert', key: 'key' };
  const trustedProxies = { value: ['127.0.0.1'], by: '--trusted-proxy' };

  it('A48: are listed on loopback, where nothing else keeps another name from pointing there', () => {
    expect(allowedHosts(options('127.0.0.1'), '127.0.0.1')).toEqual([]);
    expect(allowedHosts(options('::1'), '::1')).toEqual([]);
    expect(allowedHosts({ ...options('127.0.0.1'), allowedHosts: listed }, '127.0.0.1')).toEqual([
      'app.example',
    ]);
  });

  it('A48: are any by TLS, behind a trusted proxy, and off loopback; unless they are listed', () => {
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

  it('have the name among them that the server listens on, and no notation of an address', () => {
    expect(allowedHosts(options('my-machine'), '127.0.1.1')).toEqual(['my-machine']);
    for (const host of ['0', '127.1', '::1', '::ffff:127.0.0.1'])
      expect(allowedHosts(options(host), '127.0.0.1')).toEqual([]);
  });
});
