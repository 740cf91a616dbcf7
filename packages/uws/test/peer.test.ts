/** The address of a peer, in the notation of every adapter. */
import type { HttpResponse } from 'uWebSockets.js';
import { expect, it } from 'vitest';
import { addressOf, peerOf } from '../src/peer.ts';

const from = (text: string) =>
  ({ getRemoteAddressAsText: () => new Uint8Array(Buffer.from(text)).buffer }) as unknown as HttpResponse;

it.each([
  ['192.0.2.1', '192.0.2.1'],
  ['0000:0000:0000:0000:0000:ffff:c000:0201', '192.0.2.1'],
  ['2001:0db8:0000:0000:0000:0000:0000:0001', '2001:db8::1'],
  ['', ''],
])('the remote address "%s" is reported as "%s", also when it comes again', (text, address) => {
  for (let i = 0; i < 2; i += 1) {
    expect(addressOf(from(text))).toBe(address);
    expect(peerOf(from(text), '')).toEqual({ address });
    expect(peerOf(from(text), 'https://a.example')).toEqual({ address, origin: 'https://a.example' });
  }
});

it('each of a thousand addresses is reported as its own, also when it comes again later', () => {
  for (let round = 0; round < 2; round += 1)
    for (let i = 1; i <= 1_000; i += 1) {
      const last = i.toString(16);
      const text = `2001:0db8:0000:0000:0000:0000:0000:${last.padStart(4, '0')}`;
      expect(addressOf(from(text))).toBe(`2001:db8::${last}`);
    }
});
