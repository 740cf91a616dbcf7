/**
 * A fan-out: the server publishes when it is told to, and is told again when the last subscriber has got everything.
 *
 * So no publication waits for an earlier one, and no subscriber is slow. The time counts from when the order was written until the last byte
 * was read here. Proven by: test/fan-out.test.ts.
 */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { Publications } from '../servers/fan-out/publications.ts';
import type { Connection, Listener } from './connection.ts';

export interface FanOut extends Publications {
  /** Of the server's door for publications. */
  readonly port: number;
  /** The first so many subscribers get each publication; all of them together get `reach` of each. */
  readonly audience: number;
  /** Subscribers of the channel of each publication. */
  readonly reach: number;
  readonly seconds: number;
}

export interface Deliveries {
  readonly deliveries: number;
  readonly seconds: number;
  /** From the order to the last subscriber. */
  readonly p50Micros: number;
  readonly p99Micros: number;
}

/** The server may still be at work on this much of an order. */
const PATIENCE_MS = 30_000;

/** Everyone that listens in one run. */
class Audience implements Listener {
  #owed = 0;
  #error: Error | undefined;
  #settled = () => {};
  #failed: (error: Error) => void = () => {};

  /** Resolves when so many texts have arrived. */
  expect(deliveries: number): Promise<void> {
    this.#owed += deliveries;
    return new Promise((resolve, reject) => {
      if (this.#error) reject(this.#error);
      const timer = setTimeout(
        () => this.fail(new Error(`${this.#owed} of ${deliveries} deliveries are missing`)),
        PATIENCE_MS,
      );
      this.#settled = () => {
        clearTimeout(timer);
        resolve();
      };
      this.#failed = (error) => {
        clearTimeout(timer);
        reject(error);
      };
    });
  }

  onText(): void {
    this.#owed -= 1;
    if (this.#owed === 0) this.#settled();
    else if (this.#owed < 0) this.fail(new Error('a subscriber got more than was published'));
  }

  onChunkEnd(): void {}

  fail(error: Error): void {
    this.#error ??= error;
    this.#failed(this.#error);
  }
}

/** Runs for the time, and until everything has arrived, so that the server's work belongs to exactly these deliveries. */
export async function runFanOut(connections: readonly Connection[], given: FanOut): Promise<Deliveries> {
  const { port, audience: size, reach, seconds, ticks, perTick, bytes, channel } = given;
  const audience = new Audience();
  for (const connection of connections.slice(0, size)) {
    connection.onLost((error) => audience.fail(error));
    connection.listen(audience);
  }
  const door = await opened(port);
  const order = `${JSON.stringify({ ticks, perTick, bytes, channel })}\n`;
  const perOrder = ticks * perTick * reach;
  const latencies: number[] = [];
  const started = performance.now();
  let now = started;
  try {
    while (now - started < seconds * 1_000 || latencies.length === 0) {
      const all = audience.expect(perOrder);
      door.write(order);
      await all;
      const then = now;
      now = performance.now();
      latencies.push((now - then) * 1_000);
    }
  } finally {
    door.destroy();
  }
  const sorted = latencies.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.floor(sorted.length * share)] ?? 0;
  return {
    deliveries: latencies.length * perOrder,
    seconds: (now - started) / 1_000,
    p50Micros: at(0.5),
    p99Micros: at(0.99),
  };
}

async function opened(port: number): Promise<Socket> {
  const door = connect({ port, host: '127.0.0.1', noDelay: true });
  await once(door, 'connect');
  // The subscribers notice the end of the server.
  return door.on('error', () => {});
}
