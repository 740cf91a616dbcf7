/** Stories of many clients at once, and of a client that says nothing for a day. */
import { describe, expect, it } from 'vitest';
import { CONGRATULATION, flushMicrotasks, harness, manualApplication } from '../harness.ts';

describe('many clients', () => {
  it('E28: a broadcast reaches a thousand clients; only the slow ones are cut', () => {
    const { signIn, sessions, endings, clock } = harness();
    const clients = Array.from({ length: 1_000 }, signIn);
    const [slow, quick] = [clients.slice(0, 50), clients.slice(50)];
    for (const { connection } of slow) {
      connection.bufferedAmount = 0;
      connection.sendResult = (data) => {
        connection.bufferedAmount += data.length;
        return 'buffered';
      };
    }
    const news = 'n'.repeat(100_000);
    for (let round = 0; round < 15; round += 1) {
      for (const session of sessions) session.send(news);
      clock.advance(500);
    }
    for (const client of quick) expect(client.received().filter((what) => what === news)).toHaveLength(15);
    // Ten messages fit into 1 MiB, and the eleventh does not.
    for (const client of slow) expect(client.received().filter((what) => what === news)).toHaveLength(11);
    expect(endings).toHaveLength(50);
    expect(new Set(endings.map(({ reason }) => reason))).toEqual(new Set(['stalled']));
    expect(sessions.size).toBe(950);
  });

  it('A1, A41: five hundred silent clients end at the deadline, and a user who is signed in is not affected', () => {
    const { connect, signIn, sessions, clock, endings } = harness();
    const insider = signIn();
    for (let number = 0; number < 500; number += 1) connect().connection.answersClose = true;
    insider.send('hello');
    expect(insider.received().at(-1)).toBe('your submit context: hello');
    clock.advance(59_999);
    expect(sessions.size).toBe(501);
    clock.advance(1);
    expect(sessions.size).toBe(1);
    expect(new Set(endings.map(({ code }) => code))).toEqual(new Set([4408]));
    expect(signIn().received()).toEqual([CONGRATULATION]);
  });
});

describe('a client that answers pings', () => {
  it('E10: a client that answers pings stays connected for a day, and can then talk', () => {
    const { signIn, clock } = harness();
    const client = signIn();
    client.connection.answersPings = true;
    clock.advance(24 * 3_600_000);
    client.send('good morning');
    expect(client.received()[0]).toBe(CONGRATULATION);
    expect(client.received().at(-1)).toBe('your submit context: good morning');
    expect(client.received().filter((what) => what === 'ping').length).toBe((24 * 3_600) / 25);
  });
});

describe('a client that disconnects', () => {
  it('E15: a client that disconnects before its replies is sent nothing more, and each reply is counted', async () => {
    const { application, replies } = manualApplication();
    const { signIn, sessions, faults } = harness({ application });
    const client = signIn();
    client.send('one', 'two');
    client.connection.closed(1006);
    expect(client.session.send('more')).toBe('closed');
    for (const reply of replies) reply.resolve('late');
    await flushMicrotasks();
    expect(client.received()).toEqual([CONGRATULATION]);
    expect([sessions.counters.messagesUnsent, faults]).toEqual([1, []]);
  });
});
