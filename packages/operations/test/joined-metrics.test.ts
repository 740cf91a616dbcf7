/** The metrics of several processes as one text. */
import { createMetrics, joinMetrics, type MetricValues } from '@sallyport/operations';
import { expect, it } from 'vitest';
import { harness } from './harness.ts';

/** A value that has been sent to another process. */
const sent = (values: MetricValues) => structuredClone(values);

function valueIn(text: string, name: string): number | undefined {
  const line = text.split('\n').find((one) => one.startsWith(`${name} `));
  return line === undefined ? undefined : Number(line.slice(name.length + 1));
}

function twoProcesses() {
  const [one, other] = [harness(), harness()];
  for (const user of ['ada', 'bob']) one.signIn(user);
  other.signIn('eve');
  return [one, other] as const;
}

it('adds up counters, gauges by label, and histograms', async () => {
  const [one, other] = twoProcesses();
  const joined = joinMetrics({ listening: 2, unexpectedEnds: 1 });
  const parts = [sent(await one.metrics.values()), sent(await other.metrics.values())];
  const text = await joined.text(parts);
  expect(valueIn(text, 'sallyport_authenticated_total')).toBe(3);
  expect(valueIn(text, 'sallyport_sessions{state="established.steady"}')).toBe(3);
  expect(valueIn(text, 'sallyport_sign_in_seconds_count{outcome="accepted"}')).toBe(3);
  expect(valueIn(text, 'sallyport_workers')).toBe(2);
  expect(valueIn(text, 'sallyport_workers_ended_total')).toBe(1);
});

it('a limit of each process is added up, and a limit of each session is not', async () => {
  const [one, other] = twoProcesses();
  const joined = joinMetrics({ listening: 2, unexpectedEnds: 0 });
  const text = await joined.text([await one.metrics.values(), await other.metrics.values()]);
  const { attempts, unauthenticatedSessions } = one.sessions.limits;
  expect(valueIn(text, 'sallyport_limit{limit="attempts"}')).toBe(attempts);
  expect(valueIn(text, 'sallyport_limit{limit="unauthenticatedSessions"}')).toBe(2 * unauthenticatedSessions);
});

it('keeps what an ended process had counted, and none of its gauges', async () => {
  const [one, other] = twoProcesses();
  const joined = joinMetrics({ listening: 1, unexpectedEnds: 1 });
  await joined.keep(sent(await one.metrics.values()));
  await joined.keep(sent(await one.metrics.values()));
  const text = await joined.text([await other.metrics.values()]);
  expect(valueIn(text, 'sallyport_authenticated_total')).toBe(5);
  expect(valueIn(text, 'sallyport_sign_in_seconds_count{outcome="accepted"}')).toBe(5);
  expect(valueIn(text, 'sallyport_sessions{state="established.steady"}')).toBe(1);
});

it('has the state of the broker that is worst', async () => {
  const brokers = [
    { name: 'redis', state: 'connected', latencyMs: 3 },
    { name: 'redis', state: 'interrupted', latencyMs: undefined },
  ];
  const parts = await Promise.all(
    brokers.map((broker) => {
      const metrics = createMetrics({ process: false });
      metrics.watchBroker(broker);
      return metrics.values();
    }),
  );
  const text = await joinMetrics({ listening: 2, unexpectedEnds: 0 }).text(parts);
  expect(valueIn(text, 'sallyport_broker_connected{broker="redis"}')).toBe(0);
  expect(valueIn(text, 'sallyport_broker_probe_seconds{broker="redis"}')).toBe(0.003);
});
