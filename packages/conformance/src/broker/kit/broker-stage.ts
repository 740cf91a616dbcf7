/**
 * The stage of a broker's story: empty logs, and nodes on them.
 *
 * A story never waits to see that nothing comes. It appends something that has to come later, and looks at what came before it.
 */
import { deepStrictEqual } from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import type { StoredPublication } from '@sallyport/channels';
import type { Position } from '@sallyport/protocol';
import { Journal } from '../../kit/journal.ts';
import type { Patience } from '../../kit/patience.ts';
import type { Scene } from '../../kit/perform.ts';
import { Broken, Waiting } from '../../kit/waiting.ts';
import type { Violation } from '../../kit/watched.ts';
import { BrokerNode } from './broker-node.ts';
import type { BrokerSettings, ServedBrokers, StartBrokers } from './brokers.ts';
import { Ledger } from './ledger.ts';
import type { Shared } from './node-watch.ts';
import { chainProblem } from './outcome-problems.ts';

/** The steps that time takes in `passUntil`. Far more than any story needs, also if every step is too short. */
const MOST_STEPS = 2_000;

const SETTINGS: BrokerSettings = { keyMs: 60_000, deadlineMs: 30_000 };

export class BrokerStage implements Scene, Shared {
  readonly journal = new Journal();
  readonly ledger = new Ledger();
  readonly violations: Violation[] = [];
  readonly #start: StartBrokers;
  readonly #waiting: Waiting;
  readonly #nodes: BrokerNode[] = [];
  #served: ServedBrokers | undefined;

  constructor(start: StartBrokers, patience: Patience) {
    this.#start = start;
    this.#waiting = new Waiting(patience, this.violations, this.journal);
  }

  get served(): ServedBrokers {
    if (!this.#served) throw new Error('nothing is served yet');
    return this.#served;
  }

  /** Starts the logs with these settings. Without a call, the first node starts them with the usual ones. */
  async serve(settings: Partial<BrokerSettings> = {}): Promise<void> {
    this.#served = await this.#start({ ...SETTINGS, ...settings });
  }

  /** A node that is connected. */
  async node(): Promise<BrokerNode> {
    if (!this.#served) await this.serve();
    const label = String.fromCharCode(65 + this.#nodes.length);
    const node = new BrokerNode(await this.served.createBroker(), label, this);
    this.#nodes.push(node);
    node.start();
    await this.until(`\`resumed\` of node ${label} after \`start\``, () => node.receiver.isConnected);
    return node;
  }

  /** Several nodes that are connected. */
  async nodes<const Names extends readonly unknown[]>(
    ...names: Names
  ): Promise<{ [Name in keyof Names]: BrokerNode }> {
    const nodes: BrokerNode[] = [];
    for (const _ of names) nodes.push(await this.node());
    return nodes as { [Name in keyof Names]: BrokerNode };
  }

  until(what: string, condition: () => unknown): Promise<void> {
    return this.#waiting.until(what, condition);
  }

  inTime<T>(what: string, promise: Promise<T>): Promise<T> {
    return this.#waiting.inTime(what, promise);
  }

  /** Lets time pass in steps until the condition holds. */
  async passUntil(what: string, stepMs: number, condition: () => boolean | Promise<boolean>): Promise<void> {
    for (let step = 0; step < MOST_STEPS; step += 1) {
      if (await condition()) return;
      await this.served.pass(stepMs);
      // A simulated clock needs no time, and answers need a turn of the event loop.
      await turn();
    }
    throw new Broken(`after ${MOST_STEPS} times ${stepMs} ms there is still not ${what}`);
  }

  /** Writes an act of the story, and does it. */
  async act(what: string, act: () => unknown): Promise<void> {
    this.journal.write('story', what);
    await act();
  }

  /** Waits until a node has heard of a publication, which it does after all that came before in this channel. */
  async untilHeard(node: BrokerNode, channel: string, { offset, tag }: Position): Promise<void> {
    await this.until(`the publication ${offset} of ${JSON.stringify(channel)}`, () =>
      node.arrivalsOf(channel).some((one) => one.offset === offset && one.tag === tag),
    );
  }

  /** Waits for the last publication, and checks that all behind `from` arrived, once each and in order. */
  async expectAll(node: BrokerNode, channel: string, from: Position, last: Position): Promise<void> {
    if (last.offset > from.offset) await this.untilHeard(node, channel, last);
    const heard: readonly StoredPublication[] = node.arrivalsOf(channel);
    deepStrictEqual(
      heard.map(({ offset }) => offset),
      Array.from({ length: last.offset - from.offset }, (_, i) => from.offset + 1 + i),
      `not all publications from ${from.offset + 1} to ${last.offset} were reported once and in order`,
    );
    const problem = chainProblem(heard, from);
    if (problem) throw new Broken(problem);
  }

  /** Waits until what was appended before is past: a node that follows a channel of its own hears of a later publication. */
  async barrier(node: BrokerNode, publisher: BrokerNode): Promise<void> {
    const channel = 'the barrier';
    if (!node.followed.has(channel)) await node.follow(channel);
    await this.untilHeard(node, channel, await publisher.appended(channel, '"barrier"'));
  }

  async clear(): Promise<void> {
    try {
      for (const node of this.#nodes) await node.close();
    } finally {
      await this.inTime('the brokers to end', Promise.resolve(this.#served?.close()));
    }
  }
}
