/**
 * The metrics of several processes as one: sums of counters, and of most gauges.
 *
 * A counter must not go down when a process ends: Prometheus would take that for a restart, and count everything a second time. So what an ended
 * process had counted stays in the sum. Proven by: test/joined-metrics.test.ts.
 */
import { AggregatorRegistry, Counter, Gauge, type PrometheusContentType, Registry } from 'prom-client';
import { labelled } from './metric-table.ts';

/** What `Metrics.values` of a process returned. */
export type MetricValues = readonly object[];

/** The workers of a server, as the metrics count them. */
export interface WatchedWorkers {
  /** Workers that take clients now. */
  readonly listening: number;
  /** Workers that ended and were not told to. */
  readonly unexpectedEnds: number;
}

/** The metrics of several processes. */
export interface JoinedMetrics {
  /** The content type of `text`. */
  readonly contentType: string;
  /** Keeps the counters of a process that has ended. `last` is what it counted when it was last asked. */
  keep(last: MetricValues): Promise<void>;
  /** What Prometheus scrapes. `parts` are the values of the processes that live. */
  text(parts: readonly MetricValues[]): Promise<string>;
}

/** The parts of a metric that are read here. */
interface Described {
  readonly name: string;
  readonly type: string;
  readonly aggregator: string;
  readonly values: readonly { readonly labels: Readonly<Record<string, unknown>> }[];
}

/** Limits of a whole process, so that several processes have several times as much. All other limits are those of one session. */
const ofProcess = [
  'connections',
  'unauthenticatedSessions',
  'earlyRefusalSessions',
  'unauthenticatedPerSource',
];

/** Joins the metrics of several processes. */
export function joinMetrics(workers: WatchedWorkers): JoinedMetrics {
  const own = new Registry();
  new Gauge({
    ...labelled.workers,
    registers: [own],
    collect() {
      this.set(workers.listening);
    },
  });
  new Counter({
    ...labelled.workerEnds,
    registers: [own],
    collect() {
      this.reset();
      this.inc(workers.unexpectedEnds);
    },
  });
  let ended: MetricValues = [];
  /** One behind the other, so that none is lost. */
  let keeping = Promise.resolve();
  return {
    contentType: own.contentType,
    keep(last) {
      keeping = keeping.then(async () => {
        const counters = (last as readonly Described[]).filter(
          ({ type, aggregator }) => (type === 'counter' || type === 'histogram') && aggregator === 'sum',
        );
        ended = (await joined([ended, counters]).getMetricsAsJSON()) as MetricValues;
      });
      return keeping;
    },
    async text(parts) {
      await keeping;
      const all = parts.map((part, at) => (at === 0 ? part : withoutOwnLimits(part)));
      return joined([...all, ended, await own.getMetricsAsJSON()]).metrics();
    },
  };
}

function joined(parts: readonly MetricValues[]): Registry<PrometheusContentType> {
  return AggregatorRegistry.aggregate<PrometheusContentType>(parts.map((part) => [...part]));
}

/** Without the limits that do not grow with the number of processes. */
function withoutOwnLimits(part: MetricValues): MetricValues {
  return (part as readonly Described[]).map((metric) =>
    metric.name === labelled.limits.name
      ? {
          ...metric,
          values: metric.values.filter(({ labels }) => ofProcess.includes(String(labels['limit']))),
        }
      : metric,
  );
}
