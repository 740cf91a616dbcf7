/** Data that many clients get: how a session sends it through its connection, and what it counts. */
import {
  type ChannelService,
  createSessions,
  type SendResult,
  type Session,
  type Subscriber,
  subscriberOf,
} from '@sallyport/core';
import { RecordingConnection, SimulatedClock } from '@sallyport/core/testing';
import { type Data, jsonProtocol } from '@sallyport/protocol';
import { describe, expect, it } from 'vitest';
import { admin } from '../harness.ts';

const SIGN_IN = JSON.stringify({ type: 'authenticate', username: 'admin', password: '123456' });
const channels: ChannelService = {
  serve: () => undefined,
  ended: () => undefined,
  refreshed: () => undefined,
};

/** A connection whose adapter has a way of its own for data that many clients get. */
class SharingConnection extends RecordingConnection {
  readonly shared: Data[] = [];
  sharedResult: SendResult = 'sent';

  sendShared(data: Data): SendResult {
    this.shared.push(data);
    return this.sharedResult;
  }
}

function server(service: ChannelService = channels) {
  const clock = new SimulatedClock();
  const endings: string[] = [];
  const faults: string[] = [];
  const opened: Session[] = [];
  const sessions = createSessions({
    authenticate: admin,
    clock,
    channels: service,
    protocols: [jsonProtocol],
    limits: { unsentBytes: 1_000, stallMs: 3_000, silenceMs: Number.POSITIVE_INFINITY },
    onFault: ({ source }) => faults.push(source),
    observe: { opened: (session) => opened.push(session), closed: (_, { reason }) => endings.push(reason) },
  });
  const enter = <Made extends RecordingConnection>(connection: Made) => {
    const receiver = sessions.open(connection, { address: '192.0.2.1' });
    connection.opened(receiver);
    receiver.receive(SIGN_IN, SIGN_IN.length);
    return { connection, receiver, subscriber: subscriberOf(opened.at(-1) as Session) as Subscriber };
  };
  return { clock, endings, faults, sessions, enter };
}

describe('data that many clients get', () => {
  it('that is neither a string nor bytes never reaches the adapter, which would join it with other data later', () => {
    const { enter, endings, faults } = server();
    const { connection, subscriber } = enter(new SharingConnection());
    const data = { type: 'publication' } as unknown as Data;
    expect(subscriber.send(data)).toBe('dropped');
    expect([connection.shared, faults, endings]).toEqual([[], ['protocol'], ['stalled']]);
  });

  it('goes the way of its own where the adapter has one, and messages do not', () => {
    const { enter, sessions } = server();
    const { connection, subscriber } = enter(new SharingConnection());
    const before = { recorded: connection.recorded.length, sent: sessions.counters.messagesSent };
    expect(subscriber.send('a')).toBe('sent');
    subscriber.session.send('b');
    expect(connection.shared).toEqual(['a']);
    expect(connection.recorded.slice(before.recorded)).toEqual([{ sent: '{"type":"message","text":"b"}' }]);
    expect(sessions.counters.messagesSent).toBe(before.sent + 2);
  });

  it('is sent like a message where the adapter has no other way', () => {
    const { connection, subscriber } = server().enter(new RecordingConnection());
    subscriber.send('a');
    expect(connection.recorded.at(-1)).toEqual({ sent: 'a' });
  });

  it('that has to wait beyond unsentBytes ends the session as stalled', () => {
    const { enter, endings } = server();
    const { connection, subscriber } = enter(new SharingConnection());
    connection.sharedResult = 'buffered';
    connection.bufferedAmount = 1_000;
    expect(subscriber.send('a')).toBe('buffered');
    expect(endings).toEqual([]);
    connection.bufferedAmount = 1_001;
    expect(subscriber.send('a')).toBe('dropped');
    expect(endings).toEqual(['stalled']);
  });

  it('that the adapter reports as waiting at the end of the tick counts as well', () => {
    const { enter, endings } = server();
    const { connection, receiver, subscriber } = enter(new SharingConnection());
    subscriber.send('a');
    connection.bufferedAmount = 1_001;
    receiver.buffered();
    expect(endings).toEqual(['stalled']);
  });

  it('is no progress of a client that takes in nothing, and does not hide that some bytes left', () => {
    const { enter, endings, clock } = server();
    const slow = enter(new SharingConnection());
    const stuck = enter(new SharingConnection());
    for (const { connection, subscriber } of [slow, stuck]) {
      connection.sharedResult = 'buffered';
      connection.bufferedAmount = 100;
      subscriber.send('x'.repeat(10));
    }
    // Ten bytes come in each second. The slow client takes five of them.
    for (let second = 0; second < 5; second += 1) {
      for (const { connection, subscriber } of [slow, stuck]) {
        if (endings.length > 0 && connection === stuck.connection) continue;
        connection.bufferedAmount += connection === slow.connection ? 5 : 10;
        subscriber.send('x'.repeat(10));
      }
      clock.advance(1_000);
    }
    expect(endings).toEqual(['stalled']);
    expect(slow.subscriber.session.state).toBe('established.steady');
  });

  it('whose connection throws is dropped: a fault of the adapter, which ends that session and no other', () => {
    const { enter, endings, faults } = server();
    const { connection, subscriber } = enter(new SharingConnection());
    const other = enter(new SharingConnection());
    connection.sendShared = () => {
      throw new Error('as the test requires');
    };
    expect([subscriber.send('a'), other.subscriber.send('a')]).toEqual(['dropped', 'sent']);
    expect([endings, faults]).toEqual([['stalled'], ['connection']]);
  });

  it('reaches 10 000 subscribers, each once, also where every tenth session ends in the middle of it', () => {
    const members = new Set<Subscriber>();
    const { enter, sessions, endings } = server({
      ...channels,
      ended: (subscriber) => members.delete(subscriber),
    });
    const all = Array.from({ length: 10_000 }, () => enter(new SharingConnection()));
    for (const { subscriber } of all) members.add(subscriber);
    for (const [index, { connection }] of all.entries())
      if (index % 10 === 0) connection.sharedResult = 'dropped';
    for (const data of ['a', 'b']) for (const subscriber of members) subscriber.send(data);
    expect(endings).toHaveLength(1_000);
    expect(members.size).toBe(9_000);
    expect(sessions.size).toBe(9_000);
    const heard = all.map(({ connection }) => connection.shared.join(''));
    expect(new Set(heard.filter((_, index) => index % 10 !== 0))).toEqual(new Set(['ab']));
    expect(new Set(heard.filter((_, index) => index % 10 === 0))).toEqual(new Set(['a']));
  });
});
