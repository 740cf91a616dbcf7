/**
 * The side of the parent: it runs the calls of one worker on a broker in its memory, and sends what the broker reports.
 *
 * A worker that does not read must not fill the memory of the parent. Past a bound its publications are left out, and it is told once it
 * reads again. Proven by: test/workers/broker-stories.test.ts, test/workers/hosted-broker.test.ts.
 */
import type { Broker } from '@sallyport/channels';
import type { BrokerCall, BrokerNews } from './calls.ts';

/** The way to the worker. */
export interface WayToWorker {
  /** Whether so much is on the way that no publication should be added. */
  readonly isFull: boolean;
  /** `bytes` is the size that counts against the bound. */
  post(news: BrokerNews, bytes: number): void;
}

type Methods = Readonly<Record<BrokerCall['method'], (...args: readonly unknown[]) => Promise<unknown>>>;

export class HostedBroker {
  readonly #broker: Broker;
  readonly #way: WayToWorker;
  #turn: Promise<void> = Promise.resolve();
  #hasDropped = false;

  constructor(broker: Broker, way: WayToWorker) {
    this.#broker = broker;
    this.#way = way;
    broker.start({
      publicationArrived: (channel, epoch, publication) => {
        this.#hasDropped ||= way.isFull;
        if (!this.#hasDropped)
          way.post({ type: 'arrived', channel, epoch, publication }, publication.json.length);
      },
      // The broker in memory is connected from its start to its end.
      interrupted() {},
      resumed() {},
    });
  }

  /** Runs a call once those before it are answered. So the answer of `follow` comes before what is appended after it. */
  serve({ id, method, args }: BrokerCall): void {
    this.#turn = this.#turn.then(async () => {
      const outcome = await (this.#broker as unknown as Methods)[method](...args);
      this.#way.post({ type: 'answered', id, outcome }, 0);
    });
  }

  /** Call it when the worker has read everything. */
  hasRead(): void {
    if (!this.#hasDropped) return;
    this.#hasDropped = false;
    this.#way.post({ type: 'dropped' }, 0);
  }

  /** Ends the broker of the worker. */
  close(): void {
    void this.#broker.close();
  }
}
