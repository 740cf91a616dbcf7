/** Joined frames: one write for each tick, the right bytes, and little memory for a slow reader. */
import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { connect, createServer } from 'node:net';
import { Duplex } from 'node:stream';
import { describe, expect, it, onTestFinished } from 'vitest';
import { JoinedFrames } from '../src/joined-frames.ts';
import { SlowStream } from './slow-stream.ts';

const SLAB_BYTES = 65_536;

class Sender extends JoinedFrames {
  passedBytes = 0;

  protected override passed(bytes: number): void {
    this.passedBytes += bytes;
  }

  ticks = 0;

  override write(message: string | Uint8Array): void {
    super.write(message);
  }

  override writeFrame(frame: Uint8Array, payload?: string | Uint8Array): void {
    super.writeFrame(frame, payload);
  }

  override get unsentBytes(): number {
    return super.unsentBytes;
  }

  override onceWritten(callback: () => void): void {
    super.onceWritten(callback);
  }

  protected override released(): void {
    this.ticks += 1;
  }
}

function make() {
  const stream = new SlowStream();
  const sender = new Sender(stream);
  /** Adds a frame of so many bytes. */
  const send = (bytes: number) =>
    sender.write('x'.repeat(bytes - (bytes > 65_545 ? 10 : bytes > 127 ? 4 : 2)));
  return { stream, sender, send };
}

const tick = () => new Promise<void>((resolve) => process.nextTick(resolve));
const text = (payload: string) =>
  Buffer.concat([Buffer.from([0x81, Buffer.byteLength(payload)]), Buffer.from(payload)]);

describe('The frames of a tick', () => {
  it('leave in one write when the tick ends', async () => {
    const { stream, sender } = make();
    sender.write('a');
    sender.write(new Uint8Array([7, 8]));
    sender.write('');
    expect(stream.writes).toEqual([]);
    await tick();
    expect(stream.writes).toEqual([9]);
    expect(Buffer.concat(stream.pieces)).toEqual(Buffer.from([0x81, 1, 0x61, 0x82, 2, 7, 8, 0x81, 0]));
    expect(sender.ticks).toBe(1);
    sender.write('b');
    await tick();
    expect(Buffer.concat(stream.pieces).subarray(9)).toEqual(text('b'));
    expect(stream.writes).toEqual([9, 3]);
  });

  it('leave in one write although some are large, and a large one stays where it was', async () => {
    const { stream, sender } = make();
    const large = 'y'.repeat(20_000);
    const bytes = new Uint8Array(16_500).fill(9);
    for (const message of ['a', large, 'b', bytes, 'c']) sender.write(message);
    expect(stream.writes).toEqual([]);
    await tick();
    expect(stream.writes).toHaveLength(1);
    const header = (first: number, size: number) => Buffer.from([first, 126, size >> 8, size & 0xff]);
    expect(Buffer.concat(stream.pieces)).toEqual(
      Buffer.concat([
        text('a'),
        header(0x81, 20_000),
        Buffer.from(large),
        text('b'),
        header(0x82, 16_500),
        bytes,
        text('c'),
      ]),
    );
  });

  it('are written early at 64 KiB, and later frames wait for the end of the tick again', async () => {
    const { stream, sender, send } = make();
    send(40_000);
    send(25_535);
    expect(stream.writes).toEqual([]);
    send(20_000);
    expect(stream.writes).toEqual([85_535]);
    send(7);
    expect(stream.writes).toEqual([85_535]);
    await tick();
    expect(stream.writes).toEqual([85_535, 7]);
    expect(sender.ticks).toBe(1);
  });

  it('take one write for each 64 KiB where all are small', async () => {
    const { stream, send } = make();
    for (let i = 0; i < 1_000; i += 1) send(1_000);
    await tick();
    expect(stream.writes.reduce((sum, bytes) => sum + bytes, 0)).toBe(1_000_000);
    expect(stream.writes.length).toBeLessThan(20);
  });

  it('report no release where a large one was written early', async () => {
    const { sender, send } = make();
    send(65_536);
    await tick();
    expect(sender.ticks).toBe(0);
  });

  it('are whole for two connections that send in turn within one tick', async () => {
    const [one, other] = [make(), make()];
    for (let i = 0; i < 3; i += 1) {
      one.sender.write(`one ${i}`);
      other.sender.write(`other ${i}`);
    }
    await tick();
    for (const [name, { stream }] of Object.entries({ one, other })) {
      expect(stream.writes).toHaveLength(1);
      expect(Buffer.concat(stream.pieces)).toEqual(Buffer.concat([0, 1, 2].map((i) => text(`${name} ${i}`))));
    }
  });

  it('go to the stream before bytes that others write to it, after flush()', async () => {
    const { stream, sender } = make();
    sender.write('a');
    sender.flush();
    stream.write(Buffer.from('control'));
    sender.write('b');
    await tick();
    expect(stream.writes).toHaveLength(1);
    expect(Buffer.concat(stream.pieces)).toEqual(
      Buffer.concat([text('a'), Buffer.from('control'), text('b')]),
    );
  });

  it('are dropped, and the next connection is served, if the stream is destroyed meanwhile', async () => {
    const [gone, other] = [make(), make()];
    gone.stream.on('error', expect.unreachable);
    gone.sender.write('lost');
    gone.stream.destroy();
    other.sender.write('here');
    await tick();
    expect(gone.stream.pieces).toEqual([]);
    expect(other.stream.pieces).toEqual([text('here')]);
  });

  it('that are ready may be the same for many connections, and are not copied', async () => {
    const all = [make(), make(), make()];
    const frame = text('to all');
    for (const { sender } of all) {
      sender.write('first');
      sender.writeFrame(frame);
      sender.write('last');
    }
    await tick();
    for (const { stream } of all) {
      expect(stream.writes).toHaveLength(1);
      expect(stream.pieces.map(String)).toEqual([text('first'), frame, text('last')].map(String));
      expect(stream.pieces[1]).toBe(frame);
    }
  });
});

describe('A frame', () => {
  it.each([0, 1, 125, 126, 127, 16_000, 16_384, 16_385, 65_535, 65_536, 70_000])(
    'has the right header for %i bytes',
    async (size) => {
      for (const message of ['x'.repeat(size), new Uint8Array(size).fill(120)]) {
        const { stream, sender } = make();
        sender.write(message);
        await tick();
        const frame = Buffer.concat(stream.pieces);
        expect(frame[0]).toBe(typeof message === 'string' ? 0x81 : 0x82);
        const short = frame[1] as number;
        const [length, at] =
          short < 126
            ? [short, 2]
            : short === 126
              ? [frame.readUInt16BE(2), 4]
              : [Number(frame.readBigUInt64BE(2)), 10];
        expect([length, frame.length - at]).toEqual([size, size]);
        expect(frame.subarray(at).every((byte) => byte === 120)).toBe(true);
      }
    },
  );

  it.each([
    'é',
    '\ufeffwith a mark',
    '€'.repeat(41),
    '€'.repeat(42),
    '€'.repeat(125),
    '😀'.repeat(60),
    '€'.repeat(20_000),
    // Latin-1, but not ASCII.
    'é'.repeat(20_000),
    `${'x'.repeat(20_000)}é`,
    '€'.repeat(16_384),
    '€'.repeat(16_385),
    '€'.repeat(21_846),
    'a lone \ud800 surrogate',
  ])('has the length of its UTF-8: %.40s', async (message) => {
    const { stream, sender } = make();
    sender.write(message);
    await tick();
    const payload = Buffer.from(message);
    const frame = Buffer.concat(stream.pieces);
    expect(frame.subarray(frame.length - payload.length)).toEqual(payload);
    expect(frame.length - payload.length).toBe(payload.length < 126 ? 2 : payload.length < 65_536 ? 4 : 10);
  });
});

describe('Unsent bytes', () => {
  it('do not count frames that wait for the end of the tick; they count bytes that the system has not taken', async () => {
    const { stream, sender, send } = make();
    send(50_000);
    expect(sender.unsentBytes).toBe(0);
    stream.isTaking = false;
    await tick();
    expect(sender.unsentBytes).toBe(50_000);
    send(10_000);
    expect(sender.unsentBytes).toBe(50_000);
    await tick();
    expect(sender.unsentBytes).toBe(60_000);
    stream.takeAll();
    expect(stream.writes).toEqual([50_000, 10_000]);
    expect(sender.unsentBytes).toBe(0);
  });

  it('are reported as written by onceWritten() when the system has taken them, and not before', async () => {
    const { stream, sender, send } = make();
    stream.isTaking = false;
    send(10);
    await tick();
    let isTaken = false;
    sender.onceWritten(() => {
      isTaken = true;
    });
    await tick();
    expect(isTaken).toBe(false);
    stream.takeAll();
    await new Promise(setImmediate);
    expect(isTaken).toBe(true);
  });
});

describe('The bytes of a slow reader', () => {
  it('stay as they are until they are taken, whatever other connections send', async () => {
    const [slow, other] = [make(), make()];
    slow.stream.isTaking = false;
    const sent: string[] = [];
    for (let i = 0; i < 200; i += 1) {
      for (const part of ['a', 'b']) {
        sent.push(`${i} ${part}`);
        slow.sender.write(`${i} ${part}`);
        other.sender.write('z'.repeat(1_500));
      }
      await tick();
    }
    slow.stream.takeAll();
    expect(Buffer.concat(slow.stream.pieces)).toEqual(Buffer.concat(sent.map(text)));
  });

  it('keep at most one slab: later writes have their exact size', async () => {
    const { stream, send } = make();
    stream.isTaking = false;
    for (let i = 0; i < 5; i += 1) {
      send(3_000);
      await tick();
    }
    stream.takeAll();
    expect(stream.pieces.map(({ buffer }) => buffer.byteLength)).toEqual([
      SLAB_BYTES,
      3_000,
      3_000,
      3_000,
      3_000,
    ]);
  });

  it('stay as they are in a stream of JavaScript that says it has taken them and passes them on later', async () => {
    const { stream, sender } = make();
    for (const message of ['first', 'second', 'third']) {
      sender.write(message);
      await tick();
    }
    expect(stream.writableLength).toBe(0);
    expect(stream.pieces).toEqual(['first', 'second', 'third'].map(text));
  });
});

it('a socket that takes everything at once uses the same bytes of the slab again', async () => {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const [[accepted], client] = await Promise.all([
    once(server, 'connection') as Promise<[Socket]>,
    connect((server.address() as AddressInfo).port, '127.0.0.1'),
  ]);
  onTestFinished(() => {
    client.destroy();
    accepted.destroy();
    server.close();
  });
  const written: Buffer[] = [];
  const write = accepted.write.bind(accepted) as Duplex['write'];
  accepted.write = ((chunk: Buffer) => {
    written.push(chunk);
    return write(chunk);
  }) as Socket['write'];
  const sender = new Sender(accepted);
  const messages = ['one', 'two', 'six'];
  const received: Buffer[] = [];
  client.on('data', (chunk: Buffer) => void received.push(chunk));
  for (const message of messages) {
    sender.write(message);
    await tick();
    expect(accepted.writableLength).toBe(0);
  }
  expect(new Set(written.map(({ buffer }) => buffer)).size).toBe(1);
  expect(new Set(written.map(({ byteOffset }) => byteOffset)).size).toBe(1);
  accepted.end();
  await once(client, 'end');
  expect(Buffer.concat(received)).toEqual(Buffer.concat(messages.map(text)));
});

it('frames that wait are written before the stream ends, after flush()', async () => {
  const { stream, sender } = make();
  sender.write('12345678');
  sender.flush();
  stream.end(Buffer.alloc(1));
  expect(stream.writes).toEqual([11]);
  await tick();
});

describe('What waits until all is written', () => {
  it('is not called, and does not write, after the stream has ended or was destroyed', async () => {
    for (const end of [(stream: Duplex) => void stream.end(), (stream: Duplex) => void stream.destroy()]) {
      const { stream, sender, send } = make();
      stream.isTaking = false;
      const errors: Error[] = [];
      stream.on('error', (error) => errors.push(error));
      let calls = 0;
      const again = () => {
        calls += 1;
        if (sender.unsentBytes > 0) sender.onceWritten(again);
      };
      send(100);
      await tick();
      sender.onceWritten(again);
      end(stream);
      sender.onceWritten(again);
      await new Promise((resolve) => setImmediate(resolve));
      expect([errors, calls]).toEqual([[], 0]);
    }
  });

  it('counts a long text with other characters than ASCII in bytes, as a socket does not', async () => {
    const socketLike = new Duplex({ decodeStrings: false, read() {}, write() {} });
    const sender = new Sender(socketLike);
    sender.write('é'.repeat(20_000));
    await tick();
    expect(sender.unsentBytes).toBe(40_004);
  });
});
