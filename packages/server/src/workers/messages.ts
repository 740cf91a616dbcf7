/** What goes between a parent and its workers, in batches. `broker/calls.ts` has the part of the broker. */
import type { MetricValues, PartRequest } from '@sallyport/operations';
import type { BrokerCall, BrokerNews } from './broker/calls.ts';

/** What the parent needs to know of a worker that listens, for its own log and its message at a terminal. */
export interface ListeningFacts {
  /** Whether the demo user may sign in. */
  readonly hasDemoUser: boolean;
  /** Whether the demo user may use the demo channels. */
  readonly hasDemoChannels: boolean;
  /** Whether the app decides on credentials. */
  readonly authenticate: boolean;
  /** Whether the app answers messages. */
  readonly application: boolean;
}

/** What the parent asks a worker: a request of the admin listener, or the metrics. */
export type Question =
  | { readonly type: 'request'; readonly request: PartRequest }
  | { readonly type: 'metrics' };

/** From the parent to a worker. */
export type ToWorker =
  /** End all sessions, and then the process. */
  | { readonly type: 'drain'; readonly signal: string }
  /** Stop listening, finish the handshakes, then drain: another worker listens already. */
  | { readonly type: 'retire' }
  /** Read the files again. */
  | { readonly type: 'reload' }
  | { readonly type: 'asked'; readonly id: number; readonly question: Question }
  | BrokerNews;

/** From a worker to the parent. */
export type ToParent =
  | { readonly type: 'listening'; readonly facts: ListeningFacts }
  /** The operator can mend it: the message of a `StartupError`. */
  | { readonly type: 'cannotStart'; readonly message: string }
  | { readonly type: 'told'; readonly id: number; readonly answer: unknown }
  /** The metrics of a worker that has drained. */
  | { readonly type: 'counted'; readonly values: MetricValues }
  | BrokerCall;
