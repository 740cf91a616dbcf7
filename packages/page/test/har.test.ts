/** The exported file: HAR 1.2 with the fields that Chrome's developer tools add for a WebSocket. */
import { expect, it } from 'vitest';
import type { Connection, Frame } from '../site/frames/frame.ts';
import { toHar } from '../site/frames/har.ts';

const connection = (number: number): Connection => ({
  number,
  url: 'ws://gate.example/',
  startedAt: 1_700_000_000_000,
  openedAt: 1_700_000_000_020,
  subprotocol: number === 1 ? 'sallyport.v1' : '',
});
const [first, second] = [connection(1), connection(2)];
const frame = (one: Connection, type: Frame['type'], data: Frame['data'], isCredentials = false): Frame => ({
  connection: one,
  at: 1_700_000_001_500,
  direction: isCredentials ? 'sent' : 'received',
  type,
  data,
  length: data.length,
  isCredentials,
});
const frames = [
  frame(first, 'open', 'ws://gate.example/'),
  frame(first, 'text', '{"type":"authenticate","username":"ada","password":"lovelace"}', true),
  frame(first, 'binary', new Uint8Array([1, 2, 255])),
  frame(first, 'close', '1012 server restarts'),
  frame(second, 'text', 'hello'),
];

it('a HAR has an entry for each connection, with its messages in the form of Chrome', () => {
  const { log } = toHar(frames, true) as { log: { version: string; entries: Record<string, unknown>[] } };
  expect(log.version).toBe('1.2');
  expect(log.entries).toHaveLength(2);
  expect(log.entries[0]).toMatchObject({
    _resourceType: 'websocket',
    startedDateTime: '2023-11-14T22:13:20.000Z',
    request: { method: 'GET', url: 'ws://gate.example/' },
    response: { status: 101, headers: [{ name: 'Sec-WebSocket-Protocol', value: 'sallyport.v1' }] },
    _webSocketMessages: [
      {
        type: 'send',
        time: 1_700_000_001.5,
        opcode: 1,
        data: '{"type":"authenticate","username":"ada","password":"lovelace"}',
      },
      { type: 'receive', time: 1_700_000_001.5, opcode: 2, data: 'AQL/' },
    ],
  });
  expect(log.entries[1]).toMatchObject({
    _webSocketMessages: [{ type: 'receive', opcode: 1, data: 'hello' }],
  });
});

it('E23: a HAR has passwords only if the user asks for them', () => {
  expect(JSON.stringify(toHar(frames, false))).not.toContain('lovelace');
});
