/** The metrics: each counter has the value of the sessions, and every metric is documented. */
import { readFileSync } from 'node:fs';
import { createMetrics } from '@sallyport/operations';
import { expect, it } from 'vitest';
import { channelCounts, counts, labelled } from '../src/metric-table.ts';
import { harness, settled } from './harness.ts';

async function metricsOf({ ask }: Pick<ReturnType<typeof harness>, 'ask'>) {
  const { content, headers } = await ask('GET', '/metrics');
  expect(headers.get('content-type')).toContain('text/plain; version=0.0.4');
  return new Map(
    content
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]),
  );
}

it('a scrape has the sessions by state, and the counters as they are now', async () => {
  const all = harness();
  all.connect();
  const ada = all.signIn('ada');
  ada.say({ type: 'message', text: 'hi' });
  const before = await metricsOf(all);
  expect(before.get('sallyport_sessions{state="established.steady"}')).toBe(1);
  expect(before.get('sallyport_sessions{state="authenticating.awaitingCredentials"}')).toBe(1);
  expect(before.get('sallyport_messages_received_total')).toBe(all.sessions.counters.messagesReceived);
  expect(before.get('sallyport_received_bytes_total')).toBe(all.sessions.counters.bytesReceived);
  ada.connection.closed();
  const after = await metricsOf(all);
  expect(after.get('sallyport_sessions{state="established.steady"}')).toBe(0);
  expect(after.get('sallyport_sessions_closed_total')).toBe(1);
  // A counter that a scrape added up would have counted twice.
  expect(after.get('sallyport_sessions_opened_total')).toBe(2);
});

it('sign-ins are counted by outcome with their time, and ends by reason', async () => {
  const all = harness();
  all.connect().say({ type: 'authenticate', username: 'eve', password: 'wrong' });
  const ada = all.signIn('ada');
  await settled();
  ada.connection.closed(1001);
  const metrics = await metricsOf(all);
  expect(metrics.get('sallyport_sign_ins_total{outcome="accepted"}')).toBe(1);
  expect(metrics.get('sallyport_sign_ins_total{outcome="refused"}')).toBe(1);
  expect(metrics.get('sallyport_sign_in_seconds_count{outcome="accepted"}')).toBe(1);
  const ends = [...metrics].filter(([name]) => name.startsWith('sallyport_sessions_ended_total'));
  expect(ends).toEqual([[expect.stringContaining('code="1001"'), 1]]);
  expect(metrics.get('sallyport_session_seconds_count')).toBe(1);
});

it('unsent bytes are those of all sessions', async () => {
  const all = harness();
  for (const unsent of [1_000, 500]) {
    const { connection, say } = all.signIn('ada');
    connection.sendResult = 'buffered';
    connection.bufferedAmount = unsent;
    say({ type: 'message', text: 'hi' });
  }
  all.signIn('bob').connection.bufferedAmount = 9;
  expect((await metricsOf(all)).get('sallyport_unsent_bytes')).toBe(1_500);
});

it('channels, subscriptions, publications and recoveries are counted', async () => {
  const all = harness();
  all.signIn('ada').say({ type: 'subscribe', id: 1, channel: 'news' });
  await settled();
  await all.channels.publish('news', 1);
  const metrics = await metricsOf(all);
  expect(metrics.get('sallyport_channels')).toBe(1);
  expect(metrics.get('sallyport_subscriptions')).toBe(1);
  expect(metrics.get('sallyport_channel_published_total')).toBe(1);
  expect(metrics.get('sallyport_channel_recovered_total')).toBe(0);
});

it('the metrics of the process include the event-loop lag', async () => {
  const metrics = createMetrics();
  expect(await metrics.text()).toContain('nodejs_eventloop_lag_p99_seconds');
  expect(() => createMetrics({ proces: true } as never)).toThrow('did you mean process?');
});

it('two servers in one process have metrics of their own', async () => {
  const one = harness();
  const other = harness();
  one.signIn('ada');
  expect((await metricsOf(one)).get('sallyport_authenticated_total')).toBe(1);
  expect((await metricsOf(other)).get('sallyport_authenticated_total')).toBe(0);
});

it('docs/operations/metrics.md explains every metric', () => {
  const page = readFileSync(new URL('../../../docs/operations/metrics.md', import.meta.url), 'utf8');
  const documented = new Set([...page.matchAll(/`(sallyport_[a-z_]+)/g)].map(([, name]) => name));
  const names = [counts, channelCounts, labelled].flatMap((table) =>
    Object.values(table).map(({ name }) => name),
  );
  expect([...documented].sort()).toEqual([...names].sort());
});

it('the state of the broker and its last probe are read at each scrape', async () => {
  const metrics = createMetrics({ process: false });
  const broker = { name: 'redis', state: 'connecting', latencyMs: undefined as number | undefined };
  metrics.watchBroker(broker);
  expect(await metrics.text()).toContain('sallyport_broker_connected{broker="redis"} 0');
  expect(await metrics.text()).not.toContain('sallyport_broker_probe_seconds{');
  Object.assign(broker, { state: 'connected', latencyMs: 12 });
  expect(await metrics.text()).toContain('sallyport_broker_connected{broker="redis"} 1');
  expect(await metrics.text()).toContain('sallyport_broker_probe_seconds{broker="redis"} 0.012');
  Object.assign(broker, { state: 'interrupted', latencyMs: undefined });
  expect(await metrics.text()).not.toContain('sallyport_broker_probe_seconds{');
});

it('the expiry of the certificate is read at each scrape, in seconds, and absent while there is none', async () => {
  const metrics = createMetrics({ process: false });
  let expiresAt: number | undefined;
  metrics.watchCertificate(() => expiresAt);
  expect(await metrics.text()).not.toMatch(/^sallyport_certificate/m);
  expiresAt = 1_893_456_000_000;
  expect(await metrics.text()).toContain('sallyport_certificate_expiry_timestamp_seconds 1893456000\n');
  expiresAt = undefined;
  expect(await metrics.text()).not.toMatch(/^sallyport_certificate/m);
});

it('the lines that a recording has lost are counted', async () => {
  const metrics = createMetrics({ process: false });
  const recording = { lost: 0 };
  metrics.watchRecording(recording);
  expect(await metrics.text()).toContain('sallyport_recording_lost_lines_total 0\n');
  recording.lost = 7;
  expect(await metrics.text()).toContain('sallyport_recording_lost_lines_total 7\n');
});

it('a limit that has changed has its new value in the next scrape', async () => {
  const all = harness();
  expect((await metricsOf(all)).get('sallyport_limit{limit="unauthenticatedPerSource"}')).toBe(100);
  all.sessions.changeLimits({ unauthenticatedPerSource: 7 });
  expect((await metricsOf(all)).get('sallyport_limit{limit="unauthenticatedPerSource"}')).toBe(7);
});
