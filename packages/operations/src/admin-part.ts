/** One process of several, as the joined admin handler asks it. */
import type { MetricValues } from './joined-metrics.ts';

/** A request for one process. */
export interface PartRequest {
  /** `GET`, `POST` or `DELETE`. */
  readonly method: string;
  /** The path with its query. */
  readonly path: string;
  /** Default: none. */
  readonly body?: string | undefined;
  /** The `Content-Type` of the body, as the client gave it. Default: none. */
  readonly contentType?: string | undefined;
}

/** The answer of one process. */
export interface PartAnswer {
  /** The HTTP status. */
  readonly status: number;
  /** The content, which is JSON. */
  readonly body: string;
}

/** One process. */
export interface AdminPart {
  /** Its number, from 1. No later process has it too. */
  readonly id: number;
  /** Passes a request to its admin handler. Resolves to undefined if the process has ended. Rejects if it does not answer in time. */
  ask(request: PartRequest): Promise<PartAnswer | undefined>;
  /** Its metrics. Resolves to undefined if the process has ended. Rejects if it does not answer in time. */
  values(): Promise<MetricValues | undefined>;
}
