/**
 * A request, as its handler has it. An operation on a channel waits for its answer as one too.
 *
 * Proven by: test/session/requests.test.ts.
 */
import type { IncomingRequest } from '../ports/requests.ts';

export class ServedRequest implements IncomingRequest {
  readonly id: number;
  readonly method: string;
  readonly params: unknown;
  /** When the work on it began, in the time of the sweep. */
  readonly since: number;
  /** Made when needed: a controller costs more than the rest of a request. */
  #controller: AbortController | undefined;
  #isAbandoned = false;

  constructor(id: number, method: string, params: unknown, since: number) {
    this.id = id;
    this.method = method;
    this.params = params;
    this.since = since;
  }

  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.#isAbandoned) this.#controller.abort();
    return this.#controller.signal;
  }

  /** The answer is not wanted any more. */
  abandon(): void {
    this.#isAbandoned = true;
    this.#controller?.abort();
  }
}
