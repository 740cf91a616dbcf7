/** Traps of uWebSockets.js with peers that do not read: the behaviour of the library, and how the adapter handles it. */

import type { WebSocket, WebSocketBehavior } from 'uWebSockets.js';
import { type Client, connect } from '@sallyport/conformance';
import { expect, it } from 'vitest';
import { openBareConnection } from '../../src/bare-connection.ts';
import { bareUws } from '../../src/bare-uws.ts';
import { describeUws } from '../../src/describe-uws.ts';

const MIB = 2 ** 20;
/** More bytes than the kernel takes for a peer that does not read. */
const PLENTY = 64;

describeUws('traps of uWebSockets.js, in backpressure', (library, uws) => {
  /** A client that does not read, and the socket at the other end. */
  async function deaf(behavior: Partial<WebSocketBehavior<unknown>>): Promise<[Client, WebSocket<unknown>]> {
    let open = (_: WebSocket<unknown>) => {};
    const opened = new Promise<WebSocket<unknown>>((resolve) => {
      open = resolve;
    });
    const { port } = await bareUws(library, { open, ...behavior });
    const client = await connect({ port });
    client.socket.pause();
    return [client, await opened];
  }

  /** Sends until the library drops; returns how often it gave each result. */
  function fill(socket: WebSocket<unknown>, message: Uint8Array): number[] {
    const results: number[] = [];
    while (results.length < PLENTY && results.at(-1) !== 2) results.push(socket.send(message, true));
    return results;
  }

  it('T6: `send` returns 1 when sent, 0 when queued, 2 when dropped', async () => {
    const [client, socket] = await deaf({ maxBackpressure: 2 * MIB });
    const results = fill(socket, Buffer.alloc(MIB));
    expect([...new Set(results)]).toEqual([1, 0, 2]);
    client.socket.destroy();
  });

  it('T6: the adapter translates each result of `send`', async () => {
    const { client, recorded } = await openBareConnection(uws, { unsentBytes: 2 * MIB });
    client.socket.pause();
    const results = new Set<string>();
    for (let i = 0; i < PLENTY && !results.has('dropped'); i += 1)
      results.add(recorded.connection.send(Buffer.alloc(MIB)));
    expect([...results]).toEqual(['sent', 'buffered', 'dropped']);
  });

  it('T7: `maxBackpressure` is checked before a message is added, so one message exceeds it', async () => {
    const limit = 64 * 1_024;
    const [client, socket] = await deaf({ maxBackpressure: limit });
    fill(socket, Buffer.alloc(8 * MIB));
    expect(socket.getBufferedAmount()).toBeGreaterThan(limit + MIB);
    client.socket.destroy();
  });

  it('T8: `closeOnBackpressureLimit` closes the connection and blames the client; the adapter leaves it off', async () => {
    const closed: [number, string][] = [];
    let told = () => {};
    const over = new Promise<void>((resolve) => {
      told = resolve;
    });
    const [client, socket] = await deaf({
      maxBackpressure: MIB,
      // Declared as a number, read as a boolean.
      closeOnBackpressureLimit: 1,
      close(_, code, message) {
        closed.push([code, Buffer.from(message).toString()]);
        told();
      },
    });
    fill(socket, Buffer.alloc(MIB));
    await over;
    expect(closed.map(([code]) => code)).toEqual([1006]);
    client.socket.destroy();
    const { recorded } = await openBareConnection(uws, { unsentBytes: MIB });
    for (let i = 0; i < PLENTY; i += 1) recorded.connection.send(Buffer.alloc(MIB));
    expect(recorded.calls.map(([name]) => name)).not.toContain('closed');
  });

  it('T9: `end` past the limit loses the close frame', async () => {
    const [client, socket] = await deaf({ maxBackpressure: MIB });
    fill(socket, Buffer.alloc(MIB));
    socket.end(4000, 'why');
    client.socket.resume();
    expect((await client.ended).code).toBe(1006);
  });

  it('T9: the adapter sends all messages first, and the close frame last', async () => {
    const { client, recorded } = await openBareConnection(uws, { unsentBytes: 64 * MIB });
    client.socket.pause();
    let sent = 0;
    for (; recorded.connection.bufferedAmount < MIB; sent += 1) recorded.connection.send(Buffer.alloc(MIB));
    recorded.connection.close(4000, 'why');
    expect(recorded.calls.map(([name]) => name)).not.toContain('closed');
    client.socket.resume();
    for (let i = 0; i < sent; i += 1) expect((await client.next()).payload.length).toBe(MIB);
    expect(await client.ended).toEqual({ code: 4000, reason: 'why' });
  });

  it('T10: past the limit a ping is dropped too; the core’s heartbeat does not take its own ping for a sign of life', async () => {
    const [client, socket] = await deaf({ maxBackpressure: MIB });
    fill(socket, Buffer.alloc(MIB));
    expect(socket.ping()).toBe(2);
    client.socket.destroy();
  });
});
