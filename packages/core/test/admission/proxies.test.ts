/** A39: only trusted proxies can say which address a client has (PROTOCOL.md, section 1). */
import { createSessions, type Peer } from '@sallyport/core';
import { RecordingConnection, SimulatedClock } from '@sallyport/core/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { admin } from '../harness.ts';

/** The address of the client for a peer at `address` that sends this X-Forwarded-For. */
function clientAddress(address: string, forwardedFor: string | undefined, trustedProxies: string[]): string {
  const sessions = createSessions({ authenticate: admin, clock: new SimulatedClock(), trustedProxies });
  const request = {
    address,
    forwardedFor,
    origin: undefined,
    host: 'a',
    protocols: undefined,
    version: '13',
  };
  const admission = sessions.admit(request);
  if (!('peer' in admission)) throw new Error(admission.text);
  return admission.peer.address;
}

const trusted = ['192.0.2.0/24', '10.0.0.1', '2001:db8:1::/48', '::1'];

describe('A39: X-Forwarded-For', () => {
  it('the header counts only if the peer is a trusted proxy', () => {
    expect(clientAddress('127.0.0.1', '203.0.113.9', [])).toBe('127.0.0.1');
    expect(clientAddress('198.51.100.1', '203.0.113.9', trusted)).toBe('198.51.100.1');
    expect(clientAddress('', '203.0.113.9', ['0.0.0.0/0', '::/0'])).toBe('');
    expect(clientAddress('2001:db8:2::1', '203.0.113.9', trusted)).toBe('2001:db8:2::1');
  });

  it.each([
    [undefined, '192.0.2.1'],
    ['203.0.113.9', '203.0.113.9'],
    [' 203.0.113.9\t', '203.0.113.9'],
    ['203.0.113.9:4711', '203.0.113.9'],
    ['2001:db8::9', '2001:db8::9'],
    ['2001:0DB8:0:0::9', '2001:db8::9'],
    ['[2001:db8::9]', '2001:db8::9'],
    ['[2001:db8::9]:4711', '2001:db8::9'],
    ['::ffff:203.0.113.9', '203.0.113.9'],
    // From the right: any client can write what is at the left.
    ['127.0.0.1, 203.0.113.9', '203.0.113.9'],
    ['unknown, <script>, 203.0.113.9', '203.0.113.9'],
    ['203.0.113.9, 10.0.0.1', '203.0.113.9'],
    ['1.1.1.1, 203.0.113.9, 192.0.2.7, 2001:db8:1::2, 10.0.0.1', '203.0.113.9'],
    ['1.1.1.1,203.0.113.9, ::ffff:10.0.0.1', '203.0.113.9'],
    // Only proxies: the first of them.
    ['10.0.0.1', '10.0.0.1'],
    ['10.0.0.1, 192.0.2.8', '10.0.0.1'],
    // A hundred hops that are made up, and a hundred that are trusted.
    [`${'8.8.8.8, '.repeat(100)}203.0.113.9`, '203.0.113.9'],
    [`203.0.113.9${', 10.0.0.1'.repeat(31)}`, '203.0.113.9'],
    [`203.0.113.9${', 10.0.0.1'.repeat(100)}`, '192.0.2.1'],
  ])('a trusted proxy that forwards for %j makes the client %s', (forwardedFor, client) => {
    expect(clientAddress('192.0.2.1', forwardedFor, trusted)).toBe(client);
  });

  it.each([
    '',
    ' ',
    'unknown',
    '_hidden',
    'localhost',
    '203.0.113.9,',
    '203.0.113.9, unknown',
    'unknown, 10.0.0.1',
    '203.0.113.256',
    '203.0.113',
    '203.0.113.09',
    '0xcb007109',
    '3405803785',
    '203.0.113.9:',
    '203.0.113.9:port',
    '203.0.113.9:123456',
    '2001:db8::9]:80',
    '[203.0.113.9',
    '[[::1]]',
    '::1%eth0',
    'fe80::1%25eth0',
    '1::2::3',
    '203.0.113.9 203.0.113.10',
    'for=203.0.113.9',
    '"203.0.113.9"',
    '203.0.113.9;10.0.0.1',
    '203.0.113.9\u0000',
    '２０３.0.113.9',
  ])('an unreadable header is ignored, and the address of the peer counts: %j', (forwardedFor) => {
    expect(clientAddress('192.0.2.1', forwardedFor, trusted)).toBe('192.0.2.1');
  });

  it('the result is an address of the header or of the peer, for any header', () => {
    const hop = fc.oneof(
      fc.string(),
      fc.ipV4(),
      fc.ipV6(),
      fc.constantFrom('10.0.0.1', '[::1]:80', 'unknown'),
    );
    fc.assert(
      fc.property(fc.array(hop, { maxLength: 40 }), (hops) => {
        expect(clientAddress('192.0.2.1', hops.join(','), trusted)).toMatch(/^[\d.]+$|^[\da-f:.]+$/);
      }),
    );
  });

  it('the header of a peer on a Unix socket counts only if unix: is trusted', () => {
    expect(clientAddress('', '203.0.113.9', trusted)).toBe('');
    expect(clientAddress('', '203.0.113.9', ['unix:'])).toBe('203.0.113.9');
    expect(clientAddress('', '1.1.1.1, 203.0.113.9, 10.0.0.1', ['unix:', '10.0.0.1'])).toBe('203.0.113.9');
    expect(clientAddress('', undefined, ['unix:'])).toBe('');
    expect(clientAddress('', 'unknown', ['unix:'])).toBe('');
    expect(clientAddress('192.0.2.1', '203.0.113.9', ['unix:'])).toBe('192.0.2.1');
  });

  it('clients behind a proxy on a Unix socket are separate sources to the limits', () => {
    const limits = { unauthenticatedPerSource: 1 };
    const seen: string[] = [];
    const sessions = createSessions({
      authenticate: (credentials, { peer }) => {
        seen.push(peer.address);
        return admin(credentials, { peer } as never);
      },
      clock: new SimulatedClock(),
      limits,
      trustedProxies: ['unix:'],
    });
    const upgrade = (forwardedFor: string) =>
      sessions.admit({
        address: '',
        forwardedFor,
        origin: undefined,
        host: 'a',
        protocols: undefined,
        version: '13',
      });
    const connection = new RecordingConnection();
    const receiver = sessions.open(connection, (upgrade('203.0.113.9') as { peer: Peer }).peer);
    connection.opened(receiver);
    expect(upgrade('203.0.113.9')).toMatchObject({ status: 429 });
    expect(upgrade('203.0.113.10')).toHaveProperty('protocol');
    expect(sessions.clientAddress('', '203.0.113.9')).toBe('203.0.113.9');
    receiver.receive('admin:123456', 12);
    expect(seen).toEqual(['203.0.113.9']);
  });

  it('the sessions of one client behind a proxy are one source to the limits', () => {
    const limits = { unauthenticatedPerSource: 1 };
    const clock = new SimulatedClock();
    const sessions = createSessions({ authenticate: admin, clock, limits, trustedProxies: ['127.0.0.1'] });
    const requestUpgrade = (forwardedFor: string) =>
      sessions.admit({
        address: '127.0.0.1',
        forwardedFor,
        origin: 'http://a',
        host: 'a',
        protocols: undefined,
        version: '13',
      });
    const first = requestUpgrade('203.0.113.9');
    expect(first).toMatchObject({ peer: { address: '203.0.113.9', origin: 'http://a' } });
    sessions.open({} as never, (first as { peer: { address: string } }).peer);
    expect(requestUpgrade('127.0.0.1, 203.0.113.9')).toMatchObject({ status: 429 });
    expect(requestUpgrade('203.0.113.10')).toHaveProperty('protocol');
  });
});

it.each([
  '',
  'localhost',
  '10.0.0',
  '10.1/8',
  '10.0.0.0/33',
  '::/129',
  '10.0.0.0/',
  '10.0.0.0/8/8',
  '*',
  'fe80::1%eth0',
  'fe80::%eth0/64',
  '10.0.0.1:80',
  'unix',
  'unix:/run/proxy.sock',
])('A39, S10: %j is refused as a trusted proxy', (proxy) => {
  expect(() => clientAddress('192.0.2.1', undefined, ['10.0.0.0/8', proxy])).toThrow(
    `trustedProxies must be addresses or networks, such as 192.0.2.1 or 10.0.0.0/8, or unix: for a Unix socket, not ${JSON.stringify(proxy)}`,
  );
});
