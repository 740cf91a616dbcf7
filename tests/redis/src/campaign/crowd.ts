/**
 * The clients of a campaign: readers of several channels each, and publishers, spread over both servers. All use the client library, so all
 * connect again, recover, and send a publication again with its key.
 *
 * Proven by: test/campaign.test.ts.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Channel, channels, connect, RequestError } from '@sallyport/client';
import type { Position } from '@sallyport/protocol';
import type { Findings } from './findings.ts';
import { Ledger } from './ledger.ts';
import { Reading } from './reading.ts';
import { HISTORY, type Stage } from './stage.ts';
import type { Wire } from './watched-socket.ts';

/** How many clients, and what they do. */
export interface CrowdSize {
  readonly channels: number;
  readonly readers: number;
  /** Channels of each reader. */
  readonly channelsEach: number;
  readonly publishers: number;
}

/** Publications of one publisher that wait for their answers. */
const MOST_PENDING = 16;

type Client = ReturnType<typeof signIn>;

const signIn = (url: string, wire: Wire, username: string) =>
  connect(url, {
    credentials: { username, password: 'secret' },
    extensions: [channels()],
    WebSocket: wire.Class,
  });

export class Crowd {
  readonly ledgers: readonly Ledger[];
  readonly readings: readonly Reading[];
  /** Publications in a second, of all publishers. It may be changed at any time. */
  rate = 100;
  readonly #clients: readonly Client[];
  readonly #publishers: readonly Client[];
  readonly #findings: Findings;
  readonly #wire: Wire;
  readonly #pending = new Set<Promise<void>>();
  readonly #failed: string[] = [];
  #loops: readonly Promise<void>[] = [];
  #isPublishing = false;
  #made = 0;

  constructor(stage: Stage, wire: Wire, size: CrowdSize) {
    this.#wire = wire;
    this.#findings = wire.findings;
    const urlOf = (index: number) => (stage.nodes[index % 2] ?? stage.nodes[0]).server.url;
    const several = (count: number) => Array.from({ length: count }, (_, index) => index);
    this.ledgers = several(size.channels).map((index) => new Ledger(`load:${index}`, wire.findings));
    const readers = several(size.readers).map((index) => signIn(urlOf(index), wire, `reader-${index}`));
    this.#publishers = several(size.publishers).map((index) =>
      signIn(urlOf(index), wire, `publisher-${index}`),
    );
    this.#clients = [...readers, ...this.#publishers];
    this.readings = readers.flatMap((client, reader) =>
      several(size.channelsEach).flatMap((index) => {
        // Neighbours are on different servers, so each channel has readers on both.
        const ledger = this.ledgers[(Math.floor(reader / 2) + index) % size.channels];
        return ledger ? this.#read(`reader ${reader}`, client.channel(ledger.channel), ledger) : [];
      }),
    );
  }

  /** Resolves once all readers are subscribed. */
  async gathered(): Promise<void> {
    while (!this.readings.every(({ position }) => position)) await sleep(20);
  }

  /** Starts to publish. The contents have the name of the round. */
  publish(round: number): void {
    this.#isPublishing = true;
    this.#loops = this.#publishers.map((client, index) => this.#loop(client, `round ${round}, ${index}:`));
  }

  /** Resolves once this many more publications are published. Rejects if that takes longer than `longestMs`. */
  async untilPublished(more: number, longestMs: number): Promise<void> {
    const aim = this.#findings.published + more;
    const startedAt = performance.now();
    while (this.#findings.published < aim) {
      if (performance.now() - startedAt > longestMs)
        throw new Error(`${more} publications took longer than ${longestMs} ms`);
      await sleep(20);
    }
  }

  /** Stops to publish. Resolves once each publication is answered or given up. */
  async rest(): Promise<void> {
    this.#isPublishing = false;
    await Promise.all(this.#loops);
    await Promise.all(this.#pending);
  }

  /** Publishes in each channel, and resolves with the positions. All that was published before is before them. */
  mark(round: number): Promise<readonly (readonly [Ledger, Position])[]> {
    return Promise.all(
      this.ledgers.map(async (ledger) => {
        const channel = this.#publishers[0]?.channel(ledger.channel);
        for (let attempt = 1; channel; attempt += 1) {
          const position = await this.#one(channel, ledger, `round ${round}, end ${attempt}`);
          if (position) return [ledger, position] as const;
        }
        throw new Error('a campaign needs a publisher');
      }),
    );
  }

  /** Checks that nothing stands in a channel that the server has answered is not published, and forgets a round. */
  forget(): void {
    for (const content of this.#failed.splice(0)) {
      const isRefused = this.#wire.isRefused(content);
      this.#findings.require(
        !isRefused || !this.ledgers.some((ledger) => ledger.has(content)),
        'what was answered unavailable is not published',
        () => content,
      );
      this.#wire.forget(content);
    }
    for (const reading of this.readings) reading.forget();
    for (const ledger of this.ledgers) ledger.forget();
  }

  async close(): Promise<void> {
    await this.rest();
    for (const client of this.#clients) client.close();
    await Promise.all(this.#clients.map(({ closed }) => closed));
  }

  #read(reader: string, channel: Channel, ledger: Ledger): Reading {
    const reading = new Reading({ reader, ledger, findings: this.#findings, history: HISTORY });
    const begin = () => {
      if (channel.state === 'live' && channel.position) reading.begin(channel.position);
    };
    channel.on('state', begin);
    void (async () => {
      for await (const item of channel) reading.take(item);
    })();
    return reading;
  }

  async #loop(client: Client, prefix: string): Promise<void> {
    let pending = 0;
    while (this.#isPublishing) {
      await sleep((1_000 * this.#publishers.length) / this.rate);
      if (pending >= MOST_PENDING) continue;
      this.#made += 1;
      const ledger = this.ledgers[this.#made % this.ledgers.length];
      if (!ledger) continue;
      pending += 1;
      const done = this.#one(client.channel(ledger.channel), ledger, `${prefix} ${this.#made}`).then(() => {
        pending -= 1;
        this.#pending.delete(done);
      });
      this.#pending.add(done);
    }
  }

  /** Publishes. Resolves with undefined where the client has given up. */
  async #one(channel: Channel, ledger: Ledger, content: string): Promise<Position | undefined> {
    try {
      const position = await channel.publish(content);
      ledger.published(position, content);
      this.#wire.forget(content);
      return position;
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      this.#findings.unknown += 1;
      this.#failed.push(content);
      return undefined;
    }
  }
}
