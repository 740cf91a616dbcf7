/** The receiver of a node in a story: it records what the broker reports, and finds what a broker must never do. */
import type { BrokerReceiver, StoredPublication } from '@sallyport/channels';
import { publicationProblem } from './outcome-problems.ts';
import { watchedDuties } from './watched-duties.ts';

/** A publication as it was reported. */
export interface Arrival {
  readonly channel: string;
  readonly epoch: string;
  readonly publication: StoredPublication;
}

/** What the receiver needs of its node. */
export interface ReceivingNode {
  /** The channels that the node follows, or is about to. */
  readonly followed: ReadonlySet<string>;
  readonly isClosed: boolean;
  /** The method that the node calls at this moment. */
  readonly inside: string | undefined;
  write(event: string): void;
  violate(duty: string, what: string): void;
  enter(channel: string, epoch: string, publication: StoredPublication): void;
}

export class NodeReceiver implements BrokerReceiver {
  readonly arrivals: Arrival[] = [];
  isConnected = false;
  /** How often the broker reported `interrupted`. */
  interruptions = 0;
  readonly #node: ReceivingNode;

  constructor(node: ReceivingNode) {
    this.#node = node;
  }

  publicationArrived(channel: string, epoch: string, publication: StoredPublication): void {
    const { offset, tag, json } = publication;
    this.#report(`publicationArrived ${JSON.stringify(channel)} ${epoch} ${offset} ${tag} ${json}`);
    const problem = publicationProblem(publication);
    if (problem) this.#node.violate(watchedDuties.outcomes, `a reported publication is wrong: ${problem}`);
    if (!this.#node.followed.has(channel))
      this.#node.violate(
        watchedDuties.followed,
        `a publication of ${JSON.stringify(channel)} was reported, which the node does not follow`,
      );
    if (!this.isConnected)
      this.#node.violate(watchedDuties.interrupted, `the publication ${offset} was reported`);
    this.#node.enter(channel, epoch, publication);
    this.arrivals.push({ channel, epoch, publication });
  }

  interrupted(reason?: string): void {
    this.#report(`interrupted ${reason ?? ''}`);
    if (!this.isConnected)
      this.#node.violate(watchedDuties.turns, '`interrupted` was reported while nothing was connected');
    this.isConnected = false;
    this.interruptions += 1;
  }

  resumed(): void {
    this.#report('resumed');
    if (this.isConnected)
      this.#node.violate(watchedDuties.turns, '`resumed` was reported without `interrupted` before it');
    this.isConnected = true;
  }

  #report(event: string): void {
    this.#node.write(event);
    if (this.#node.isClosed) this.#node.violate(watchedDuties.closed, `the broker reported: ${event}`);
    if (this.#node.inside)
      this.#node.violate(watchedDuties.inside, `\`${this.#node.inside}\` had not returned yet: ${event}`);
  }
}
