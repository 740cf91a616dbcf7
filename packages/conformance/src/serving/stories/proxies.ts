/** Stories of peers that come by a proxy, or say that they do. */
import { describe, expect, it } from 'vitest';
import { handshake } from '../../wire/client.ts';
import type { Adapter } from '../adapter.ts';
import { serveSessions } from '../served-sessions.ts';

export function proxyStories(adapter: Adapter): void {
  describe('behind a proxy', () => {
    it.each([
      ['from a peer that is not trusted', [], '203.0.113.9', '127.0.0.1'],
      ['from a peer outside the trusted network', ['10.0.0.0/8'], '203.0.113.9', '127.0.0.1'],
      ['not sent', ['127.0.0.1'], undefined, '127.0.0.1'],
      ['empty', ['127.0.0.1'], '', '127.0.0.1'],
      ['of one hop', ['127.0.0.1'], '203.0.113.9', '203.0.113.9'],
      ['with what the client has made up', ['127.0.0.1'], '127.0.0.1, 203.0.113.9', '203.0.113.9'],
      ['by more than one proxy', ['127.0.0.1', '10.0.0.0/8'], '203.0.113.9, 10.1.2.3', '203.0.113.9'],
      ['with a port', ['127.0.0.0/8'], '203.0.113.9:4711', '203.0.113.9'],
      ['of IPv6, in brackets', ['127.0.0.1'], '[2001:DB8::0:9]:4711', '2001:db8::9'],
      ['unknown', ['127.0.0.1'], 'unknown', '127.0.0.1'],
      ['junk', ['127.0.0.1'], '203.0.113.9, ;<b>%00', '127.0.0.1'],
      ['of a hundred hops', ['127.0.0.1'], `${'8.8.8.8,'.repeat(99)}203.0.113.9`, '203.0.113.9'],
      ['of a hundred proxies', ['127.0.0.1'], `203.0.113.9${',127.0.0.1'.repeat(99)}`, '127.0.0.1'],
    ])(
      'A39: X-Forwarded-For is read only from trusted proxies: %s',
      async (_, trustedProxies, forwardedFor, address) => {
        const { connect, sessions } = await serveSessions(adapter, { trustedProxies });
        await connect({ headers: { 'X-Forwarded-For': forwardedFor } });
        expect([...sessions].map(({ peer }) => peer)).toEqual([{ address }]);
      },
    );

    it('A39: the last of two X-Forwarded-For headers counts', async () => {
      const { connect, sessions } = await serveSessions(adapter, { trustedProxies: ['127.0.0.1'] });
      await connect({ headers: { 'X-Forwarded-For': '198.51.100.1', 'x-forwarded-for': '203.0.113.9' } });
      expect([...sessions].map(({ peer }) => peer.address)).toEqual(['203.0.113.9']);
    });

    it('A36, A37: a source is refused past its limit, in every form of its address, and other sources are not affected', async () => {
      const limits = { unauthenticatedPerSource: 2 };
      const { connect, enter, port } = await serveSessions(adapter, {
        limits,
        trustedProxies: ['127.0.0.1'],
      });
      const from = (address: string) => ({ headers: { 'X-Forwarded-For': address } });
      await connect(from('203.0.113.9'));
      await connect(from('::ffff:203.0.113.9'));
      const { answer } = await handshake({ port }, from('[::ffff:cb00:7109]:80'));
      expect([answer.status, answer.body]).toEqual([
        429,
        'too many unauthenticated sessions from your address\n',
      ]);
      expect(answer.headers.get('retry-after')).toBe('10');
      await connect(from('2001:db8::1'));
      await connect(from('2001:db8::ffff:2'));
      expect((await handshake({ port }, from('2001:db8:0:0:1::'))).answer.status).toBe(429);
      await connect(from('2001:db8:0:1::1'));
      await connect(from('203.0.113.10'));
      await enter();
    });
  });
}
