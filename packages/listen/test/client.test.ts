/** The client of a request: what is told when it goes, and to whom. */
import { expect, it } from 'vitest';
import { Client } from '../src/client.ts';

it('tells everyone who asked, once', () => {
  const client = new Client();
  const told: string[] = [];
  client.whenGone(() => told.push('first'));
  client.whenGone(() => told.push('second'));
  expect([client.hasGone, told]).toEqual([false, []]);
  client.left();
  client.left();
  expect([client.hasGone, told]).toEqual([true, ['first', 'second']]);
});

it('tells at once when it has gone already', () => {
  const client = new Client();
  client.left();
  let isTold = false;
  client.whenGone(() => {
    isTold = true;
  });
  expect(isTold).toBe(true);
});

it('has one signal, which aborts, also if it is asked for late', () => {
  const client = new Client();
  const { signal } = client;
  expect([signal.aborted, client.signal === signal]).toEqual([false, true]);
  client.left();
  expect(signal.aborted).toBe(true);
  const gone = new Client();
  gone.left();
  expect(gone.signal.aborted).toBe(true);
});
