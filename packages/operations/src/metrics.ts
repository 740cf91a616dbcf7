/**
 * Metrics in the format of Prometheus. A scrape reads the counters that the sessions and the channels keep anyway, so a message costs nothing
 * more. Only sign-ins and ends are counted here, by an observer.
 *
 * Proven by: test/metrics.test.ts.
 */
import type { ChannelCounters, Channels } from '@sallyport/channels';
import {
  type Counters,
  checkKnownOptions,
  type Observer,
  type Session,
  type Sessions,
} from '@sallyport/core';
import { reasons } from '@sallyport/protocol';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { MetricValues } from './joined-metrics.ts';
import { channelCounts, counts, labelled } from './metric-table.ts';
import { collectProcessMetrics } from './process-metrics.ts';

/** Options of `createMetrics`. */
export interface MetricsOptions {
  /** The clock in milliseconds, for the time of a sign-in. Default: `performance.now`. */
  readonly now?: (() => number) | undefined;
  /** Whether to add the metrics of the process: CPU, memory, garbage collection, event-loop lag. Default: true. */
  readonly process?: boolean | undefined;
}

/** A broker with a network, as `createRedisBroker` of `@sallyport/broker-redis` makes it. */
export interface WatchedBroker {
  /** Its name, such as `redis`. It is a label. */
  readonly name: string;
  /** `connected` while it works. Any other text: it does not. */
  readonly state: string;
  /** The time of its last probe, in milliseconds. Undefined while it is not connected. */
  readonly latencyMs: number | undefined;
}

/** The metrics of one server. */
export interface Metrics {
  /** Counts sign-ins and ends. Pass it to `createSessions` as `observe`, or call its handlers from yours. */
  readonly observer: Observer;
  /** Tells what to read at a scrape. Call it once, as soon as the sessions exist. */
  watch(sessions: Sessions, channels?: Channels): void;
  /** Adds the state of the broker, and the time of its last probe. Call it once. */
  watchBroker(broker: WatchedBroker): void;
  /** Adds when the certificate in service expires, in milliseconds since 1970; undefined while there is none. Call it once. */
  watchCertificate(expiresAt: () => number | undefined): void;
  /** Adds the lines that the recording has lost, such as the writer of `openRecordingFile` counts them. Call it once. */
  watchRecording(recording: { readonly lost: number }): void;
  /** The content type of `text`. */
  readonly contentType: string;
  /** Reads all counters. Resolves to what Prometheus scrapes. */
  text(): Promise<string>;
  /** Reads all counters, as plain values that can be sent to another process: `joinMetrics` joins those of several. */
  values(): Promise<MetricValues>;
}

/** From a tenth of a hash to the time-out. */
const SECONDS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Makes the metrics of one server. Throws a `UsageError` for an unknown option. */
export function createMetrics(options: MetricsOptions = {}): Metrics {
  checkKnownOptions('createMetrics', options, ['now', 'process']);
  const { now = () => performance.now(), process = true } = options;
  const registry = new Registry();
  if (process) collectProcessMetrics(registry);
  return {
    observer: observerOf(registry, now),
    watch: (sessions, channels) => {
      watchSessions(registry, sessions);
      if (channels) watchChannels(registry, channels);
    },
    watchBroker: (broker) => watchBroker(registry, broker),
    watchCertificate: (expiresAt) => watchCertificate(registry, expiresAt),
    watchRecording: (recording) => count(registry, labelled.recordingLost, () => recording.lost),
    contentType: registry.contentType,
    text: () => registry.metrics(),
    values: () => registry.getMetricsAsJSON(),
  };
}

function observerOf(registry: Registry, now: () => number): Observer {
  const signIns = new Counter({ ...labelled.signIns, registers: [registry] });
  const signInSeconds = new Histogram({ ...labelled.signInSeconds, buckets: SECONDS, registers: [registry] });
  const ended = new Counter({ ...labelled.ended, registers: [registry] });
  const sessionSeconds = new Histogram({
    ...labelled.sessionSeconds,
    buckets: [1, 10, 60, 600, 3_600, 21_600, 86_400, 604_800],
    registers: [registry],
  });
  /** When the verification of each session's credentials began. */
  const began = new WeakMap<Session, number>();
  const verified = (session: Session, outcome: string) => {
    signIns.inc({ outcome });
    const startedAt = began.get(session);
    began.delete(session);
    if (startedAt !== undefined) signInSeconds.observe({ outcome }, (now() - startedAt) / 1_000);
  };
  return {
    verifying: (session) => void began.set(session, now()),
    authenticated: (session) => verified(session, 'accepted'),
    refused: (session) => verified(session, 'refused'),
    postponed: (session) => verified(session, 'postponed'),
    refreshed: (session) => verified(session, 'refreshed'),
    refreshFailed: (session) => verified(session, 'refreshFailed'),
    closed: (session, { reason, code, openMs }) => {
      // The authenticator failed, or the client did not wait.
      if (began.has(session)) verified(session, 'ended');
      ended.inc({ reason: reasons[reason].label, code: String(code) });
      sessionSeconds.observe(openMs / 1_000);
    },
  };
}

function watchSessions(registry: Registry, sessions: Sessions): void {
  for (const [name, help] of Object.entries(counts))
    count(registry, help, () => sessions.counters[name as keyof Counters]);
  const states = new Set<string>();
  new Gauge({
    ...labelled.sessions,
    registers: [registry],
    collect() {
      const byState: Readonly<Record<string, number>> = sessions.countByState();
      for (const state of Object.keys(byState)) states.add(state);
      // A state without a session any more is 0, not absent.
      for (const state of states) this.set({ state }, byState[state] ?? 0);
    },
  });
  gauge(registry, labelled.unsentBytes, () => sessions.countUnsentBytes());
  new Gauge({
    ...labelled.limits,
    registers: [registry],
    collect() {
      // They may change while the server runs.
      this.reset();
      for (const [limit, value] of Object.entries(sessions.limits))
        if (typeof value === 'number') this.set({ limit }, value);
    },
  });
}

function watchChannels(registry: Registry, channels: Channels): void {
  for (const [name, help] of Object.entries(channelCounts))
    count(registry, help, () => channels.counters[name as keyof ChannelCounters]);
  gauge(registry, labelled.channels, () => channels.followed);
  gauge(registry, labelled.pendingRevocations, () => channels.pendingRevocations);
  gauge(
    registry,
    labelled.subscriptions,
    () => channels.counters.subscribed - channels.counters.unsubscribed,
  );
}

function watchBroker(registry: Registry, broker: WatchedBroker): void {
  new Gauge({
    ...labelled.brokerConnected,
    // Of several processes, the one that is worst.
    aggregator: 'min',
    registers: [registry],
    collect() {
      this.set({ broker: broker.name }, broker.state === 'connected' ? 1 : 0);
    },
  });
  new Gauge({
    ...labelled.brokerSeconds,
    aggregator: 'max',
    registers: [registry],
    collect() {
      this.reset();
      if (broker.latencyMs !== undefined) this.set({ broker: broker.name }, broker.latencyMs / 1_000);
    },
  });
}

function watchCertificate(registry: Registry, expiresAt: () => number | undefined): void {
  new Gauge({
    ...labelled.certificateExpiry,
    // Of several processes, the first one.
    aggregator: 'min',
    registers: [registry],
    collect() {
      this.remove();
      const ms = expiresAt();
      if (ms !== undefined) this.set(ms / 1_000);
    },
  });
}

interface Described {
  readonly name: string;
  readonly help: string;
}

function count(registry: Registry, described: Described, read: () => number): void {
  new Counter({
    ...described,
    registers: [registry],
    collect() {
      this.reset();
      this.inc(read());
    },
  });
}

function gauge(registry: Registry, described: Described, read: () => number): void {
  new Gauge({
    ...described,
    registers: [registry],
    collect() {
      this.set(read());
    },
  });
}
