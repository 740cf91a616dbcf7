/** The same data for many connections: encoded once, joined once for all that get the same, and in order. */
import { SharedSends, type SharedTarget } from '@sallyport/listen';
import { describe, expect, it } from 'vitest';

/** Resolves when this tick has ended. */
const tick = () => new Promise((resolve) => setImmediate(resolve));

function counting() {
  const encoded: unknown[] = [];
  const joined: string[] = [];
  const sends = new SharedSends<string, { text: string }>({
    encode(data) {
      encoded.push(data);
      return String(data);
    },
    bytesOf: (piece) => piece.length,
    join(pieces) {
      joined.push(pieces.join('+'));
      return { text: pieces.join('+') };
    },
  });
  return { sends, encoded, joined };
}

/** A connection that records what it sends. */
function target(onSend?: () => void) {
  const sent: { text: string }[] = [];
  const one: SharedTarget<string, { text: string }> = {
    waiting: undefined,
    sendJoined(joined) {
      sent.push(joined);
      onSend?.();
    },
  };
  return { one, sent, texts: () => sent.map(({ text }) => text) };
}

describe('data that many connections get', () => {
  it('in one tick leaves each connection at once, encoded once, and joined once for all of them', async () => {
    const { sends, encoded, joined } = counting();
    const targets = [target(), target(), target()];
    for (const data of ['a', 'b', 'c']) for (const { one } of targets) sends.add(one, data);
    expect(targets.flatMap(({ sent }) => sent)).toEqual([]);
    expect(targets.every(({ one }) => one.waiting !== undefined)).toBe(true);
    await tick();
    expect(targets.map(({ one }) => one.waiting)).toEqual([undefined, undefined, undefined]);
    expect(targets.map(({ texts }) => texts())).toEqual([['a+b+c'], ['a+b+c'], ['a+b+c']]);
    expect(new Set(targets.map(({ sent }) => sent[0])).size).toBe(1);
    expect(encoded).toEqual(['a', 'b', 'c']);
    expect(joined).toEqual(['a+b+c']);
  });

  it('that is large and sent at once is forgotten at the end of the tick', async () => {
    const { sends, encoded } = counting();
    const { one, texts } = target();
    const large = 'x'.repeat(70_000);
    sends.add(one, large);
    await tick();
    sends.add(one, large);
    expect(texts()).toEqual([large, large]);
    expect(encoded).toHaveLength(2);
  });

  it('is encoded once also where each connection gets all of it before the next one does, whatever waits there already', async () => {
    const { sends, encoded, joined } = counting();
    const targets = [target(), target(), target()];
    sends.add(targets[1]?.one as SharedTarget<string, { text: string }>, 'before');
    for (const { one } of targets) for (const data of ['a', 'b', 'c']) sends.add(one, data);
    await tick();
    expect(targets.map(({ texts }) => texts())).toEqual([['a+b+c'], ['before+a+b+c'], ['a+b+c']]);
    expect(encoded).toEqual(['before', 'a', 'b', 'c']);
    // The second connection gets another sequence.
    expect(joined).toHaveLength(2);
  });

  it('of many ticks, with more and fewer connections, leaves at the end of each tick', async () => {
    const { sends } = counting();
    const targets = [target(), target(), target(), target()];
    for (const count of [4, 1, 3, 2]) {
      for (const { one } of targets.slice(0, count)) sends.add(one, String(count));
      await tick();
    }
    expect(targets.map(({ texts }) => texts().join(''))).toEqual(['4132', '432', '43', '4']);
  });

  it('of several channels reaches each connection in the order in which it got it', async () => {
    const { sends } = counting();
    const [first, second, both] = [target(), target(), target()];
    for (const one of [first.one, both.one]) sends.add(one, 'a');
    for (const one of [both.one, second.one]) sends.add(one, 'b');
    for (const one of [first.one, both.one]) sends.add(one, 'c');
    await tick();
    expect([first.texts(), second.texts(), both.texts()]).toEqual([['a+c'], ['b'], ['a+b+c']]);
  });

  it('goes out before other data when the adapter flushes the connection, and the rest at the end of the tick', async () => {
    const { sends } = counting();
    const [flushed, other] = [target(), target()];
    for (const { one } of [flushed, other]) sends.add(one, 'a');
    sends.flush(flushed.one);
    expect([flushed.texts(), other.texts()]).toEqual([['a'], []]);
    for (const { one } of [flushed, other]) sends.add(one, 'b');
    await tick();
    expect([flushed.texts(), other.texts()]).toEqual([['a', 'b'], ['a+b']]);
    sends.flush(flushed.one);
    expect(flushed.texts()).toEqual(['a', 'b']);
  });

  it('is dropped for a connection that has closed', async () => {
    const { sends } = counting();
    const [closed, other] = [target(), target()];
    for (const { one } of [closed, other]) sends.add(one, 'a');
    sends.forget(closed.one);
    await tick();
    expect([closed.texts(), other.texts()]).toEqual([[], ['a']]);
  });

  it('is sent before the end of the tick where 64 KiB wait for a connection', () => {
    const { sends } = counting();
    const { one, texts } = target();
    sends.add(one, 'x'.repeat(40_000));
    expect(texts()).toEqual([]);
    sends.add(one, 'y'.repeat(40_000));
    expect(texts().map(({ length }) => length)).toEqual([80_001]);
    expect(one.waiting).toBeUndefined();
  });

  it('that a connection causes while it sends is sent as well, also to connections that were served before', async () => {
    const { sends } = counting();
    const first = target();
    let isFirst = true;
    const second = target(() => {
      if (isFirst) for (const { one } of [first, second]) sends.add(one, 'b');
      isFirst = false;
    });
    for (const { one } of [first, second]) sends.add(one, 'a');
    await tick();
    expect([first.texts(), second.texts()]).toEqual([
      ['a', 'b'],
      ['a', 'b'],
    ]);
  });

  it('may close other connections while it is sent', async () => {
    const { sends } = counting();
    const closed = target();
    const first = target(() => sends.forget(closed.one));
    for (const { one } of [first, closed]) sends.add(one, 'a');
    await tick();
    expect([first.texts(), closed.texts()]).toEqual([['a'], []]);
  });

  it('with equal content is encoded again in the next tick only, so that nothing of it is kept', async () => {
    const { sends, encoded } = counting();
    const { one, texts } = target();
    sends.add(one, 'a');
    sends.add(one, 'a');
    await tick();
    sends.add(one, 'a');
    await tick();
    expect(texts()).toEqual(['a+a', 'a']);
    expect(encoded).toEqual(['a', 'a']);
  });
});
