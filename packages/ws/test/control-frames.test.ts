/**
 * The order of messages and of the frames that `ws` writes by itself (RFC 6455, 5.5.1: no frame after a close frame).
 *
 * The adapter writes the frames of messages, and relies on `ws` to call `close` and `pong` of its socket also for the answers that
 * it sends by itself. That is not documented, so these tests name the version of `ws` that they ran with.
 */
import { createServer } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { CLOSE, connect, frame, PING, PONG, recordSessions, TEXT } from '@sallyport/conformance';
import { cert, key } from '@sallyport/conformance/serving';
import { accept, type Connection, createSessions, type Sessions } from '@sallyport/core';
import { attach, systemClock } from '@sallyport/ws';
import { describe, expect, it, onTestFinished } from 'vitest';

const { version } = createRequire(import.meta.url)('ws/package.json') as { version: string };

const transports = { TCP: createServer, TLS: () => createSecureServer({ key, cert }) };

const closeWith = (code: number) => {
  const payload = Buffer.alloc(2);
  payload.writeUInt16BE(code);
  return frame(CLOSE, payload);
};

/** `text a`, `pong now`, `close 1000` for each frame of a server. */
function namesOf(bytes: Buffer): string[] {
  const names: string[] = [];
  for (let at = 0; at < bytes.length; ) {
    const opcode = (bytes[at] as number) & 0x0f;
    const size = bytes[at + 1] as number;
    const payload = bytes.subarray(at + 2, at + 2 + size);
    at += 2 + size;
    if (opcode === TEXT) names.push(`text ${payload}`);
    else if (opcode === PONG) names.push(`pong ${payload}`);
    else if (opcode === PING) names.push('ping');
    else if (opcode === CLOSE) names.push(`close ${payload.readUInt16BE()}`);
    else names.push(`opcode ${opcode}`);
  }
  return names;
}

describe.each(Object.entries(transports))(`The frames of ws ${version} over %s`, (transport, make) => {
  /** A client of a server, and every byte that comes after the answer to the upgrade request. */
  async function connectTo(sessions: Sessions) {
    const server = make();
    attach(server, sessions);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const client = await connect(transport === 'TLS' ? { port, ca: cert } : { port });
    client.answersClose = false;
    const chunks: Buffer[] = [];
    client.socket.on('data', (chunk: Buffer) => void chunks.push(chunk));
    return {
      client,
      async frames(): Promise<string[]> {
        const closed = new Promise((resolve) => client.socket.once('close', resolve));
        await client.ended;
        client.socket.end();
        await closed;
        return namesOf(Buffer.concat(chunks));
      },
    };
  }

  const echoes = () =>
    createSessions({ authenticate: () => accept('ada'), application: (text) => text, clock: systemClock });

  it('keep their place among the answers to the messages of one read', async () => {
    const { client, frames } = await connectTo(echoes());
    await client.ask('ada:secret');
    client.socket.write(
      Buffer.concat([
        frame(TEXT, 'a'),
        frame(TEXT, 'b'),
        frame(PING, 'now'),
        frame(TEXT, 'c'),
        closeWith(1000),
        frame(TEXT, 'after the close frame'),
      ]),
    );
    expect((await frames()).slice(1)).toEqual(['text a', 'text b', 'pong now', 'text c', 'close 1000']);
  });

  it('come after the answers to the messages before an invalid frame', async () => {
    const { client, frames } = await connectTo(echoes());
    await client.ask('ada:secret');
    client.socket.write(Buffer.concat([frame(TEXT, 'a'), frame(3, '')]));
    expect((await frames()).slice(1)).toEqual(['text a', 'close 1002']);
  });

  /** A connection of the adapter, and what its client gets from these calls. */
  async function framesAfter(act: (connection: Connection) => void): Promise<string[]> {
    const { sessions, opened } = recordSessions(systemClock);
    const { frames } = await connectTo(sessions);
    act(opened[0]?.connection as Connection);
    return frames();
  }

  it('leave in the order of the calls, and nothing leaves after the close frame', async () => {
    const sent = await framesAfter((connection) => {
      connection.send('a');
      connection.ping();
      connection.send('b');
      connection.close(1000, '');
      expect(connection.send('too late')).toBe('sent');
      connection.ping();
    });
    expect(sent).toEqual(['text a', 'ping', 'text b', 'close 1000']);
  });

  it('do not leave if the connection is terminated within the tick', async () => {
    const sent = await framesAfter((connection) => {
      connection.send('a');
      connection.terminate();
    });
    expect(sent).toEqual([]);
  });
});
