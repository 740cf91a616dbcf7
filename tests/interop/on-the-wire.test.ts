/** docs/on-the-wire.md shows a current capture. `-u` writes it. */
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
// Imported by path: these tests run binaries and depend on no package.
import { connect } from '../../packages/conformance/src/wire/client.ts';
import { start } from './binaries.ts';
import { onTheWire } from './on-the-wire.ts';
import { sniff, whyNoSniffer } from './sniffer.ts';

const obstacle = whyNoSniffer();
if (obstacle) console.warn(`skipped: ${obstacle}`);

it.skipIf(obstacle)(
  'docs/on-the-wire.md shows the bytes on the wire',
  async () => {
    const server = await start('sallyport-ws');
    const port = Number(new URL(server.url).port);
    const sniffer = await sniff(port);
    try {
      // The key and the masks of the client are fixed. The answer of ws has no date.
      const client = await connect({ port }, { headers: { Host: '127.0.0.1:5678' } });
      await client.ask('admin:123456');
      await client.ask('hello');
      client.socket.destroy();
      const bytes = (await sniffer.packets(6)).map((packet) => Buffer.from(packet['tcp.payload'], 'hex'));
      const [asked, answered, masked, , , plain] = bytes;
      if (!asked || !answered || !masked || !plain) throw new Error('fewer packets than messages');
      const file = fileURLToPath(new URL('../../docs/on-the-wire.md', import.meta.url));
      await expect(onTheWire({ asked, answered, masked, plain })).toMatchFileSnapshot(file);
    } finally {
      await sniffer.stop();
      await server.stop();
    }
  },
  60_000,
);
