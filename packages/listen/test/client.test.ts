/** The client of a request: the callbacks and the signal for its leaving. */
import { expect, it } from 'vitest';
import { Client } from '../src/client.ts';

it('a client that leaves runs each callback once', () => {
  const client = new Client();
  const called: string[] = [];
  client.onClosed(() => called.push('first'));
  client.onClosed(() => called.push('second'));
  expect([client.isClosed, called]).toEqual([false, []]);
  client.closed();
  client.closed();
  expect([client.isClosed, called]).toEqual([true, ['first', 'second']]);
});

it('a callback for a client that has left runs at once', () => {
  const client = new Client();
  client.closed();
  let isCalled = false;
  client.onClosed(() => {
    isCalled = true;
  });
  expect(isCalled).toBe(true);
});

it('a client has one signal, which is aborted after it has left', () => {
  const client = new Client();
  const { signal } = client;
  expect([signal.aborted, client.signal === signal]).toEqual([false, true]);
  client.closed();
  expect(signal.aborted).toBe(true);
  const gone = new Client();
  gone.closed();
  expect(gone.signal.aborted).toBe(true);
});
