import { expect, it } from 'vitest';
import { Outbox } from '../../src/workers/outbox.ts';

/** Batches that were sent, and functions that report them as written. */
function outbox() {
  const sent: unknown[] = [];
  const written: (() => void)[] = [];
  let emptied = 0;
  const box = new Outbox<unknown>(
    (messages, isWritten) => {
      sent.push([...messages]);
      written.push(isWritten);
    },
    () => {
      emptied += 1;
    },
  );
  return { box, sent, written, emptied: () => emptied };
}

it('messages of one moment go together, in their order', async () => {
  const { box, sent } = outbox();
  for (const message of ['a', 'b', 'c']) box.post(message);
  expect(sent).toEqual([]);
  await Promise.resolve();
  expect(sent).toEqual([['a', 'b', 'c']]);
  box.post('d');
  await Promise.resolve();
  expect(sent).toEqual([['a', 'b', 'c'], ['d']]);
});

it('is full while more than 64 MiB are not written, and says when everything is', async () => {
  const { box, written, emptied } = outbox();
  box.post('half', 40_000_000);
  await Promise.resolve();
  expect(box.isFull).toBe(false);
  box.post('whole', 40_000_000);
  expect(box.isFull).toBe(true);
  await Promise.resolve();
  written[0]?.();
  expect(box.isFull).toBe(false);
  expect(emptied()).toBe(0);
  written[1]?.();
  expect(emptied()).toBe(1);
});
