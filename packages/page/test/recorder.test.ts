/** The recorder keeps all frames in order, up to its limits. */
import { expect, it } from 'vitest';
import { Recorder } from '../site/frames/recorder.ts';

/** As much of a WebSocket as a recorder looks at. */
class FakeSocket extends EventTarget {
  protocol = 'sallyport.v1';
  readonly sent: unknown[] = [];
  send(data: unknown): void {
    this.sent.push(data);
  }
}

function recorded(isSignedIn = () => true) {
  const recorder = new Recorder();
  const Class = recorder.watch(FakeSocket as unknown as typeof WebSocket, isSignedIn);
  const socket = new Class('ws://gate.example/', []) as unknown as FakeSocket;
  return { recorder, socket };
}

const message = (data: unknown) => new MessageEvent('message', { data });
const closing = (code: number, reason: string) => Object.assign(new Event('close'), { code, reason });

it('the recorder keeps all frames in both directions, from the opening to the end', () => {
  let isSignedIn = false;
  const { recorder, socket } = recorded(() => isSignedIn);
  let changes = 0;
  recorder.onChange(() => {
    changes += 1;
  });
  socket.dispatchEvent(new Event('open'));
  socket.send('ada:lovelace');
  isSignedIn = true;
  socket.dispatchEvent(message('é'));
  socket.send(new Uint8Array([1, 2, 3]));
  socket.dispatchEvent(message(new Uint8Array([4]).buffer));
  socket.dispatchEvent(closing(1012, 'server restarts'));
  expect(
    recorder.frames.map(({ direction, type, data, length, isCredentials }) => [
      direction,
      type,
      data,
      length,
      isCredentials,
    ]),
  ).toEqual([
    ['sent', 'open', 'ws://gate.example/ sallyport.v1', 31, false],
    ['sent', 'text', 'ada:lovelace', 12, true],
    ['received', 'text', 'é', 2, false],
    ['sent', 'binary', new Uint8Array([1, 2, 3]), 3, false],
    ['received', 'binary', new Uint8Array([4]), 1, false],
    ['received', 'close', '1012 server restarts', 20, false],
  ]);
  expect(changes).toBe(6);
  expect(socket.sent).toHaveLength(2);
  const [connection, ...others] = new Set(recorder.frames.map((frame) => frame.connection));
  expect(others).toEqual([]);
  expect(connection).toMatchObject({ number: 1, subprotocol: 'sallyport.v1' });
  expect(connection?.closedAt).toBeGreaterThanOrEqual(connection?.openedAt ?? Number.NaN);
});

it('the recorder forgets the credentials that were sent, and nothing else, when the page tells it to', () => {
  let isSignedIn = false;
  const { recorder, socket } = recorded(() => isSignedIn);
  socket.send('{"type":"authenticate","username":"ada","password":"lovelace"}');
  socket.send('ada:lovelace');
  isSignedIn = true;
  socket.send('{"type":"refresh","token":"abc"}');
  socket.send('ada:lovelace');
  const before = recorder.frames.map(({ length }) => length);
  let changes = 0;
  recorder.onChange(() => {
    changes += 1;
  });
  recorder.redactSecrets();
  expect(recorder.frames.map(({ data }) => data)).toEqual([
    '{"type":"authenticate","username":"ada","password":"••••••"}',
    'ada:••••••',
    '{"type":"refresh","token":"••••••"}',
    'ada:lovelace',
  ]);
  expect(recorder.frames.map(({ length }) => length)).toEqual(before);
  expect(changes).toBe(1);
});

it('the recorder forgets the device token that the server gave', () => {
  const { recorder, socket } = recorded();
  const given = '{"type":"authenticated","user":"ada","deviceToken":"lovelace"}';
  socket.dispatchEvent(Object.assign(new Event('message'), { data: given }));
  recorder.redactSecrets();
  expect(recorder.frames.at(-1)?.data).toBe('{"type":"authenticated","user":"ada","deviceToken":"••••••"}');
});

it('the recorder keeps bytes as they were sent if the program changes them afterwards', () => {
  const { recorder, socket } = recorded();
  const bytes = new Uint8Array([1]);
  socket.send(bytes);
  bytes[0] = 9;
  expect(recorder.frames[0]?.data).toEqual(new Uint8Array([1]));
});

it('the recorder keeps at most a thousand frames and 8 MiB', () => {
  const { recorder, socket } = recorded();
  for (let count = 0; count < 1_500; count += 1) socket.send(`message ${count}`);
  expect([recorder.frames.length, recorder.forgotten]).toEqual([1_000, 500]);
  expect(recorder.frames.at(-1)?.data).toBe('message 1499');
  for (let count = 0; count < 200; count += 1) socket.send('x'.repeat(65_536));
  expect(recorder.frames.length).toBe(128);
  recorder.clear();
  expect([recorder.frames.length, recorder.forgotten]).toEqual([0, 0]);
  socket.send('x');
  expect(recorder.frames.length).toBe(1);
});
