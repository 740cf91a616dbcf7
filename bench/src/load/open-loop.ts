/**
 * An open loop: messages are sent when they are due, whether or not earlier ones were answered, and a reply's latency
 * counts from when its message was due. So a server that stalls is charged for all clients that wait meanwhile.
 */

import type { Connection, Listener } from './connection.ts';
import type { Dialect } from './dialect.ts';
import type { PrebuiltFrames } from './prebuilt-frames.ts';

export interface OpenLoop {
  /** Messages a second, over all connections. */
  readonly rate: number;
  readonly seconds: number;
}

export interface Latencies {
  readonly p50Micros: number;
  readonly p99Micros: number;
  readonly messages: number;
}

/** The wait for late replies after the end. A reply that is still missing then counts as that late. */
const PATIENCE_MS = 3_000;

class Patient implements Listener {
  readonly #framesPerReply: number;
  readonly #tell: (latencyMs: number) => void;
  readonly #due: number[] = [];
  #oldest = 0;
  #frames = 0;

  constructor(framesPerReply: number, tell: (latencyMs: number) => void) {
    this.#framesPerReply = framesPerReply;
    this.#tell = tell;
  }

  sent(due: number): number {
    return this.#due.push(due) - 1;
  }

  onText(): void {
    this.#frames += 1;
    if (this.#frames < this.#framesPerReply) return;
    this.#frames = 0;
    this.#tell(performance.now() - (this.#due[this.#oldest] as number));
    this.#oldest += 1;
  }

  onChunkEnd(): void {}
}

/** The generator reads the clock in a loop: a timer would be a millisecond late. */
export function runOpenLoop(
  connections: readonly Connection[],
  ammunition: PrebuiltFrames,
  dialect: Dialect,
  { rate, seconds }: OpenLoop,
): Promise<Latencies> {
  return new Promise((resolve, reject) => {
    const total = Math.floor(rate * seconds);
    const latencies = new Float64Array(total).fill(PATIENCE_MS);
    let answered = 0;
    const patients = connections.map((connection) => {
      const patient = new Patient(dialect.framesPerReply, (latencyMs) => {
        latencies[answered] = latencyMs;
        answered += 1;
      });
      connection.onLost(reject);
      connection.listen(patient);
      return patient;
    });
    const started = performance.now();
    let sent = 0;
    const turn = () => {
      const now = performance.now();
      for (; sent < total; sent += 1) {
        const due = started + (sent / rate) * 1_000;
        if (due > now) break;
        const at = sent % connections.length;
        const nth = (patients[at] as Patient).sent(due);
        (connections[at] as Connection).write(ammunition.take(nth, 1));
      }
      const isOver = answered === total || now > started + seconds * 1_000 + PATIENCE_MS;
      if (isOver) resolve(summaryOf(latencies));
      else setImmediate(turn);
    };
    turn();
  });
}

function summaryOf(latencies: Float64Array): Latencies {
  const sorted = latencies.toSorted();
  const at = (share: number) => (sorted[Math.floor(sorted.length * share)] ?? 0) * 1_000;
  return { p50Micros: at(0.5), p99Micros: at(0.99), messages: sorted.length };
}
