/** The settings of ws, the close codes for its errors, and the address of a peer. */
import type { IncomingMessage } from 'node:http';
import { createSessions, refuse } from '@sallyport/core';
import { systemClock } from '@sallyport/ws';
import { expect, it } from 'vitest';
import { closeCodeOf } from '../src/close-code.ts';
import { librarySettings } from '../src/library-settings.ts';
import { addressOf, peerOf } from '../src/peer.ts';

const MOST = 2 ** 31 - 1;
const settingsOf = (limits: Parameters<typeof createSessions>[0]['limits']) =>
  librarySettings(
    createSessions({ authenticate: refuse, clock: systemClock, ...(limits && { limits }) }).limits,
  );

it('ws gets limits above those of the core, and never above 2^31 - 1', () => {
  const limits = { messageBytes: 10_000, credentialBytes: 20_000, closeMs: 5_000 };
  expect(settingsOf(limits)).toMatchObject({ maxPayload: 21_024, closeTimeout: 6_000 });
  expect(settingsOf({ messageBytes: 30_000, credentialBytes: 20_000 }).maxPayload).toBe(31_024);
  const endless = Number.POSITIVE_INFINITY;
  expect(settingsOf({ messageBytes: endless, closeMs: endless })).toMatchObject({
    maxPayload: MOST,
    closeTimeout: MOST,
  });
});

it('ws keeps no list of clients, no server and no compression', () => {
  expect(settingsOf({})).toMatchObject({ noServer: true, clientTracking: false, perMessageDeflate: false });
});

it.each([
  ['WS_ERR_UNSUPPORTED_DATA_PAYLOAD_LENGTH', 1009],
  ['WS_ERR_UNSUPPORTED_MESSAGE_LENGTH', 1009],
  ['WS_ERR_INVALID_UTF8', 1007],
  ['WS_ERR_TOO_MANY_BUFFERED_PARTS', 1008],
  ['WS_ERR_EXPECTED_MASK', 1002],
  ['ECONNRESET', 1006],
  [undefined, 1006],
])('the ws error %s becomes close code %i', (code, closeCode) => {
  expect(closeCodeOf(Object.assign(new Error('x'), code === undefined ? {} : { code }))).toBe(closeCode);
});

it.each([
  ['192.0.2.1', '192.0.2.1'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['2001:db8::1', '2001:db8::1'],
  ['64:ff9b::ffff:192.0.2.1', '64:ff9b::ffff:192.0.2.1'],
  ['fe80::1%eth0', 'fe80::1'],
  [undefined, ''],
])('the remote address %s is reported as "%s"', (remoteAddress, address) => {
  const request = (headers: object) => ({ socket: { remoteAddress }, headers }) as unknown as IncomingMessage;
  expect(addressOf(request({}))).toBe(address);
  expect(peerOf(request({}))).toEqual({ address });
  expect(peerOf(request({ origin: 'https://a.example' }))).toEqual({ address, origin: 'https://a.example' });
});
