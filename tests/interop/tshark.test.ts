/** The tutorial's conversation with both binaries on the wire, captured and dissected by tshark. */
import { describe, expect, it } from 'vitest';
import { binaries, isUnavailable, start } from './binaries.ts';
import { type Packet, sniff, whyNoSniffer } from './sniffer.ts';
import { converse, whyNoTutorial } from './tutorial.ts';

const obstacle = whyNoSniffer() ?? whyNoTutorial();
if (obstacle) console.warn(`skipped: ${obstacle}`);

const REFUSED = 'sorry, the username or password is wrong, please submit again';
// tshark shows CR and LF like this.
const ACCEPTED = String.raw`congratulation, you have connect with server\r\nnow, you can do something else`;

describe.for(binaries)('tshark in front of %s', (binary) => {
  it.skipIf(obstacle ?? isUnavailable(binary))(
    'tshark reads the handshake, masked client frames and plain server frames',
    async () => {
      const server = await start(binary);
      const sniffer = await sniff(Number(new URL(server.url).port));
      try {
        await converse(server.url, ['admin:1', 'admin:123456', 'hello', 'é€😀', 'exit']);
        const [asked, answered, ...frames] = await sniffer.packets(12);
        expect(asked).toMatchObject({ 'http.request.method': 'GET', 'http.upgrade': 'websocket' });
        expect(asked?.['http.sec_websocket_key']).toMatch(/^[\w+/]{22}==$/);
        expect(answered).toMatchObject({ 'http.response.code': '101', 'http.upgrade': 'websocket' });
        expect(answered?.['http.sec_websocket_accept']).toMatch(/^[\w+/]{27}=$/);
        expect(frames.map(read(new URL(server.url).port))).toEqual([
          'C text admin:1',
          `S text ${REFUSED}`,
          'C text admin:123456',
          `S text ${ACCEPTED}`,
          'C text hello',
          'S text your submit context: hello',
          'C text é€😀',
          'S text your submit context: é€😀',
          'C close 1000',
          'S close 1000',
        ]);
        const keys = frames.map((frame) => frame['websocket.masking_key']);
        // Every frame of the client has a new masking key, and the server's frames have none (RFC 6455, 5.3).
        expect(new Set(keys.filter((_, i) => i % 2 === 0)).size).toBe(5);
        expect(keys.filter((_, i) => i % 2 === 1)).toEqual(Array(5).fill(''));
      } finally {
        await sniffer.stop();
        await server.stop();
      }
    },
    60_000,
  );
});

function read(port: string): (packet: Packet) => string {
  return (packet) => {
    const isOfClient = packet['tcp.dstport'] === port;
    expect(packet).toMatchObject({ 'websocket.fin': '1', 'websocket.mask': isOfClient ? '1' : '0' });
    const said =
      packet['websocket.opcode'] === '1'
        ? `text ${packet['websocket.payload.text']}`
        : `close ${packet['websocket.payload.close.status_code']}`;
    return `${isOfClient ? 'C' : 'S'} ${said}`;
  };
}
