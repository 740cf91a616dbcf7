/** A backlog on a connection: `buffered` once when it begins, `drained` once when it ends, neither after the close. */
import { EventEmitter } from 'node:events';
import type { Server } from 'node:http';
import { frame, recordSessions } from '@sallyport/conformance';
import { attach, systemClock } from '@sallyport/ws';
import { expect, it, vi } from 'vitest';
import { SlowStream } from './slow-stream.ts';

const CLOSE = 0x8;

const headers = {
  upgrade: 'websocket',
  connection: 'Upgrade',
  'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
  'sec-websocket-version': '13',
};
const request = {
  method: 'GET',
  url: '/',
  headers,
  rawHeaders: Object.entries(headers).flat(),
  socket: { remoteAddress: '192.0.2.1' },
};

/** A connection that has been opened and has its answer to the upgrade request. */
async function open() {
  const server = new EventEmitter();
  const { sessions, opened } = recordSessions(systemClock);
  attach(server as Server, sessions);
  const stream = new SlowStream();
  server.emit('upgrade', request, stream, Buffer.alloc(0));
  const [recorded] = opened;
  if (!recorded) throw new Error('no session');
  await turn();
  stream.writes.length = 0;
  const { calls, connection } = recorded;
  return { stream, connection, calls };
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

it('a connection without a backlog reports nothing', async () => {
  const { stream, connection, calls } = await open();
  expect(connection.send('x')).toBe('sent');
  await turn();
  expect(stream.writes).toEqual([3]);
  expect(calls).toEqual([['opened']]);
});

it('a message called sent that still waits after the tick reports buffered, and later drained', async () => {
  const { stream, connection, calls } = await open();
  stream.isTaking = false;
  expect(connection.send('x')).toBe('sent');
  expect(calls).toEqual([['opened']]);
  await turn();
  expect(calls).toEqual([['opened'], ['buffered']]);
  expect(connection.bufferedAmount).toBe(3);
  stream.takeAll();
  await turn();
  expect(calls).toEqual([['opened'], ['buffered'], ['drained']]);
  expect(connection.bufferedAmount).toBe(0);
});

it('a growing backlog reports buffered once, and is watched once', async () => {
  const { stream, connection, calls } = await open();
  const write = vi.spyOn(stream, 'write');
  const probes = () => write.mock.calls.filter(([chunk]) => chunk === '').length;
  stream.isTaking = false;
  connection.send('1');
  await turn();
  for (let added = 0; added < 3; added += 1) {
    expect(connection.send('2')).toBe('buffered');
    await turn();
  }
  expect(calls).toEqual([['opened'], ['buffered']]);
  expect(probes()).toBe(1);
  stream.takeAll();
  await turn();
  expect(calls).toEqual([['opened'], ['buffered'], ['drained']]);
});

it('a message whose result was buffered reports only drained', async () => {
  const { stream, connection, calls } = await open();
  stream.isTaking = false;
  expect(connection.send('x'.repeat(70_000))).toBe('buffered');
  await turn();
  expect(calls).toEqual([['opened']]);
  stream.takeAll();
  await turn();
  expect(calls).toEqual([['opened'], ['drained']]);
});

it('a backlog does not report drained while a later message waits', async () => {
  const { stream, connection, calls } = await open();
  stream.isTaking = false;
  connection.send('first');
  await turn();
  stream.takeOne();
  connection.send('second');
  await turn();
  // The probe, which comes next, reports that the first message has been written.
  stream.takeOne();
  await turn();
  expect(calls).toEqual([['opened'], ['buffered']]);
  expect(connection.bufferedAmount).toBe('second'.length + 2);
  stream.takeAll();
  await turn();
  expect(calls).toEqual([['opened'], ['buffered'], ['drained']]);
});

it('each further backlog reports buffered and drained again', async () => {
  const { stream, connection, calls } = await open();
  for (let backlogs = 0; backlogs < 2; backlogs += 1) {
    stream.isTaking = false;
    connection.send('x');
    await turn();
    stream.takeAll();
    await turn();
  }
  const backlog = [['buffered'], ['drained']];
  expect(calls).toEqual([['opened'], ...backlog, ...backlog]);
});

it('a backlog reports nothing after the connection has closed', async () => {
  const { stream, connection, calls } = await open();
  stream.isTaking = false;
  connection.send('x');
  await turn();
  stream.push(Buffer.from([0xc1, 0x80, 0, 0, 0, 0]));
  await turn();
  stream.takeAll();
  await turn();
  stream.destroy();
  await turn();
  expect(calls).toEqual([['opened'], ['buffered'], ['closed', 1002, '']]);
});

it('a message that waits after the peer’s close frame does not count as a backlog', async () => {
  const { stream, connection, calls } = await open();
  stream.isTaking = false;
  connection.send('x');
  stream.push(frame(CLOSE, Buffer.from([0x03, 0xe8])));
  await turn();
  expect(calls).toEqual([['opened']]);
});
