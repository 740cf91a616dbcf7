/** The hand-written servers with every trick do the job of the others: the same frames, in the same order. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { afterEach, describe, expect, it } from 'vitest';
import { FrameReader } from '../src/load/frame-reader.ts';
import { maskedFrame, opcodes } from '../src/load/frames.ts';
import { PinnedProcess } from '../src/pinned-process.ts';
import { JoinedFrames } from '../src/servers/joined-frames.ts';
import { ACCEPTED, echoOf } from '../src/servers/tutorial-exchange.ts';

const BINARY = 2;
const SERVERS = join(import.meta.dirname, '..', 'dist', 'servers');
const scripts = [
  ['raw-ws.js'],
  ['raw-ws.js', '--cork'],
  ['raw-ws-joined.js'],
  ['raw-uws.js', '--text-decoder'],
];

const running: PinnedProcess[] = [];
afterEach(() => Promise.all(running.splice(0).map((server) => server.end())));

/** Starts a server. Skips the test where this Node has no binary of its library. */
async function portOf(
  [script = '', ...given]: readonly string[],
  skip: (note: string) => never,
): Promise<number> {
  const server = new PinnedProcess(script, 0, [process.execPath, join(SERVERS, script), ...given]);
  running.push(server);
  const { port, unavailable } = (await server.ask()) as { port: number; unavailable?: string };
  if (unavailable !== undefined) skip(`${script} cannot run here: ${unavailable}`);
  return port;
}

const text = (payload: string) => maskedFrame(opcodes.text, Buffer.from(payload));
const login = text('admin:123456');
const close = maskedFrame(opcodes.close, Buffer.from([0x03, 0xe8]));

/** Signs in, writes all frames in one go, and returns every frame that comes after the acceptance, until the connection closes. */
async function framesFrom(port: number, frames: readonly Buffer[], { readsLate = false } = {}) {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  await once(socket, 'connect');
  socket.write(
    'GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
      'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n',
  );
  let head = Buffer.alloc(0);
  const received: { opcode: number; payload: string }[] = [];
  const reader = new FrameReader();
  const sink = {
    onFrame(opcode: number, _: number, payload: Buffer | undefined) {
      received.push({ opcode, payload: (payload ?? Buffer.alloc(0)).toString() });
      if (received.length > 1) return;
      if (readsLate) socket.pause();
      // Everything is on its way, and the server has echoed some of it, before this client reads on.
      socket.write(Buffer.concat(frames), () => socket.resume());
    },
  };
  let isOpen = false;
  socket.on('data', (chunk) => {
    if (isOpen) return reader.read(chunk, chunk.length, sink);
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf('\r\n\r\n');
    if (end < 0) return;
    isOpen = true;
    socket.write(login);
    reader.read(head.subarray(end + 4), head.length - end - 4, sink);
  });
  await once(socket, 'close');
  const [accepted, ...rest] = received;
  expect(accepted).toEqual({ opcode: opcodes.text, payload: ACCEPTED });
  return rest;
}

const echo = (payload: string) => ({ opcode: opcodes.text, payload: echoOf(payload) });

describe.each(scripts)('%s %s', (...script) => {
  it('keeps the order of texts, pongs and the close frame that one read has brought', async ({ skip }) => {
    const port = await portOf(script.filter(Boolean), skip);
    const ping = maskedFrame(opcodes.ping, Buffer.from('now'));
    const frames = await framesFrom(port, [
      text('a'),
      text('b'),
      ping,
      text('c'),
      close,
      text('after the close'),
    ]);
    expect(
      frames.map(({ opcode, payload }) => (opcode === opcodes.close ? { opcode } : { opcode, payload })),
    ).toEqual([
      echo('a'),
      echo('b'),
      { opcode: opcodes.pong, payload: 'now' },
      echo('c'),
      { opcode: opcodes.close },
    ]);
  });

  it('echoes texts and bytes of every length of header, also where UTF-8 is longer than the text', async ({
    skip,
  }) => {
    const port = await portOf(script.filter(Boolean), skip);
    const around = echoOf('').length;
    const texts = [
      ...['', 'é', '\ufeffwith a mark', '€'.repeat(34), '€'.repeat(35), '😀'.repeat(60)],
      ...[125 - around, 126 - around, 126, 16_000, 16_384, 65_535 - around, 65_536 - around, 70_000].map(
        (n) => 'x'.repeat(n),
      ),
      '€'.repeat(20_000),
    ];
    const bytes = [0, 125, 126, 20_000, 65_536].map((n) => 'y'.repeat(n));
    const sent = [...texts.map(text), ...bytes.map((payload) => maskedFrame(BINARY, Buffer.from(payload)))];
    expect(await framesFrom(port, [...sent, close])).toEqual([
      ...texts.map(echo),
      ...bytes.map((payload) => ({ opcode: BINARY, payload })),
      { opcode: opcodes.close, payload: expect.any(String) },
    ]);
  });

  it('loses and swaps nothing for a client that reads late', async ({ skip }) => {
    const port = await portOf(script.filter(Boolean), skip);
    const texts = Array.from({ length: 12_000 }, (_, index) => `${index} `.padEnd(300, '-'));
    const frames = await framesFrom(port, [...texts.map(text), close], { readsLate: true });
    expect(frames.slice(0, -1)).toEqual(texts.map(echo));
    expect(frames.at(-1)?.opcode).toBe(opcodes.close);
  });
});

describe('joined frames', () => {
  /** Takes nothing until it is told to. */
  function slowStream() {
    const chunks: Buffer[] = [];
    const taken: (() => void)[] = [];
    const stream = new Writable({
      write(chunk: Buffer, _, done) {
        chunks.push(chunk);
        taken.push(done);
      },
    });
    const takeAll = () => {
      for (const done of taken.splice(0)) done();
    };
    return { frames: new JoinedFrames(stream), chunks, takeAll };
  }
  const endOfTick = () => new Promise((resolve) => process.nextTick(resolve));

  it('leave in one write when the tick ends', async () => {
    const { frames, chunks } = slowStream();
    frames.addText('a');
    frames.addBytes(Buffer.from('b'));
    expect(chunks).toEqual([]);
    await endOfTick();
    expect(chunks).toEqual([Buffer.from('\x81\x01a\x82\x01b', 'latin1')]);
  });

  it('stay as they are while a slow reader has not taken them, whatever is sent meanwhile', async () => {
    const [slow, other] = [slowStream(), slowStream()];
    slow.frames.addText('first');
    await endOfTick();
    other.frames.addText('other');
    slow.frames.addText('second');
    await endOfTick();
    expect(slow.chunks.map(String)).toEqual([Buffer.from('\x81\x05first', 'latin1').toString()]);
    slow.takeAll();
    expect(slow.chunks[1]?.subarray(2).toString()).toBe('second');
    expect(other.chunks[0]?.subarray(2).toString()).toBe('other');
  });

  // From Node 24 on, the pool that small buffers share has 64 KiB, so a chunk does not show its size. The bench runs on Node 20.
  it.skipIf(Number(process.versions.node.split('.')[0]) >= 24)(
    'keep at most one slab for a slow reader: later writes have their exact size',
    async () => {
      const { frames, chunks, takeAll } = slowStream();
      for (let tick = 0; tick < 3; tick += 1) {
        frames.addText('x'.repeat(6_000));
        await endOfTick();
      }
      for (let tick = 0; tick < 3; tick += 1) takeAll();
      expect(chunks.map(({ buffer }) => buffer.byteLength)).toEqual([16_384, 6_004, 6_004]);
    },
  );
});
