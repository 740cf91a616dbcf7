/**
 * How the bench makes a server publish: orders on a TCP port, one line of JSON each. Every server of the part `fanout` has it, so every one
 * pays the same for it.
 */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { createInterface } from 'node:readline';
import { type Answerer, openControlChannel } from '../control-channel.ts';

/** Publishes at once, or by the end of the tick. */
export type Publish = (channel: string, data: string) => void;

/** One order: some publications in each of some turns of the event loop. */
export interface Publications {
  /** Turns of the event loop. */
  readonly ticks: number;
  /** Publications in each of them. */
  readonly perTick: number;
  /** Characters of the data, each of one byte. */
  readonly bytes: number;
  /** One channel, or the channels `c0`, `c1` and so on up to this number, in turn. */
  readonly channel: string | number;
}

/** Listens for orders, and then reports both ports to the bench. */
export async function takePublications(
  port: number,
  publish: Publish,
  answers: Readonly<Record<string, Answerer>> = {},
): Promise<void> {
  const door = await openDoor(publish);
  openControlChannel(port, { publicationPort: (door.address() as AddressInfo).port }, answers);
}

/** Listens for orders on this port, by default a free one. Rejects if another process has the port. */
export async function openDoor(publish: Publish, port = 0): Promise<Server> {
  const door = createServer((socket) => {
    socket.setNoDelay(true).on('error', () => socket.destroy());
    createInterface({ input: socket }).on('line', (line) => obey(JSON.parse(line) as Publications, publish));
  });
  door.listen(port, '127.0.0.1');
  await once(door, 'listening');
  return door;
}

let next = 0;
let data = '';

function obey({ ticks, perTick, bytes, channel }: Publications, publish: Publish): void {
  if (data.length !== bytes) data = 'x'.repeat(bytes);
  const tick = (left: number): void => {
    for (let made = 0; made < perTick; made += 1) {
      next += 1;
      publish(typeof channel === 'string' ? channel : `c${next % channel}`, data);
    }
    if (left > 1) setImmediate(tick, left - 1);
  };
  tick(ticks);
}

let offset = 0;

/** A publication in the words of PROTOCOL.md, section 8. Hand-written servers send the same bytes as ours, without the log behind them. */
export function publicationText(channel: string, text: string): string {
  offset += 1;
  return JSON.stringify({ type: 'publication', channel, offset, tag: '0123abcd', data: text });
}

/** The channel that a hand-written server is asked to subscribe to, or undefined. */
export function channelAskedFor(text: string): string | undefined {
  return text.startsWith('subscribe ') ? text.slice('subscribe '.length) : undefined;
}
