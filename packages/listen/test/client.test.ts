/** The client of a request: what is told when it goes, and to whom. */
import { expect, it } from 'vitest';
import { Client } from '../src/client.ts';

it('tells everyone who asked, once', () => {
  const client = new Client();
  const told: string[] = [];
  client.onClosed(() => told.push('first'));
  client.onClosed(() => told.push('second'));
  expect([client.isClosed, told]).toEqual([false, []]);
  client.closed();
  client.closed();
  expect([client.isClosed, told]).toEqual([true, ['first', 'second']]);
});

it('tells at once when it has gone already', () => {
  const client = new Client();
  client.closed();
  let isTold = false;
  client.onClosed(() => {
    isTold = true;
  });
  expect(isTold).toBe(true);
});

it('has one signal, which aborts, also if it is asked for late', () => {
  const client = new Client();
  const { signal } = client;
  expect([signal.aborted, client.signal === signal]).toEqual([false, true]);
  client.closed();
  expect(signal.aborted).toBe(true);
  const gone = new Client();
  gone.closed();
  expect(gone.signal.aborted).toBe(true);
});
