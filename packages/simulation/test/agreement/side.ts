/** One of the two sides that must agree: two nodes with the real broker, over a real redis-server or over the model of Redis. */
import type { Broker, StoredPublication } from '@sallyport/channels';

/** The name of the channel by which a side knows that everything before has arrived. */
export const BARRIER = 'barrier';

/** A node, and what its broker has reported. */
export class AgreementNode {
  readonly broker: Broker;
  /** Publications, as they arrived. */
  readonly arrived: { channel: string; epoch: string; publication: StoredPublication }[] = [];
  readonly barriers = new Set<string>();
  resumed = 0;
  interrupted = 0;

  constructor(broker: Broker) {
    this.broker = broker;
    broker.start({
      publicationArrived: (channel, epoch, publication) => {
        if (channel === BARRIER) this.barriers.add(publication.json);
        else this.arrived.push({ channel, epoch, publication });
      },
      interrupted: () => {
        this.interrupted += 1;
      },
      resumed: () => {
        this.resumed += 1;
      },
    });
  }
}

/** A key of Redis: its type, its content, and how long it is kept. */
export type Dumped = readonly [key: string, type: string, content: unknown, kept: string];

export interface Side {
  readonly nodes: readonly [AgreementNode, AgreementNode];
  /** What a call answers. The model's time passes meanwhile. */
  settle<Result>(call: Promise<Result>): Promise<Result>;
  until(condition: () => boolean): Promise<void>;
  /** A command of an operator or of another program. */
  command(...args: readonly string[]): Promise<void>;
  disconnect(type: 'pubsub' | 'normal'): Promise<void>;
  /** Refuses writes from now on. Undefined: takes them again. */
  refuse(refusal: 'OOM' | 'READONLY' | 'NOREPLICAS' | undefined): Promise<void>;
  /** A replica that has everything until now, and nothing from now on. */
  save(): Promise<void>;
  /** It takes the place of its master. Without one nothing happens. */
  promote(): Promise<void>;
  /** All keys, in the order of the alphabet. */
  dump(): Promise<readonly Dumped[]>;
  close(): Promise<void>;
}

/** How long a key is kept, roughly: both sides run at slightly different times. */
export function keptFor(pttl: number): string {
  if (pttl === -1) return 'for ever';
  return pttl <= 20 * 60_000 ? 'for minutes' : 'for days';
}

/** Waits until an append to the barrier has arrived at both nodes: then all before it has, too. */
export async function passBarrier(side: Side, json: string): Promise<void> {
  const [first] = side.nodes;
  const retention = { size: 1, ms: 600_000 };
  await side.settle(first.broker.append(BARRIER, json, { retention }));
  await side.until(() => side.nodes.every(({ barriers }) => barriers.has(json)));
}
