/**
 * A raw actor: it speaks the protocol without the client library, and says what the library never would: ids twice, channels twice,
 * forged positions, names and data that are wrong, cancellations. Proven by: test/planted.test.ts.
 */
import type { Position } from '@sallyport/protocol';
import { CANARY, RAW_CHANNELS } from './people.ts';
import type { Random } from './random.ts';
import type { Surroundings } from './surroundings.ts';
import type { Wire } from './wire.ts';

const KINDS = [
  'subscribe',
  'subscribe',
  'subscribe',
  'unsubscribe',
  'publish',
  'publish',
  'presence',
  'cancel',
  'wrong',
  'request',
  'submit',
] as const;

/** Operations in a flood: more than a session may have under way. */
const MOST_ASKED = 10;

export class RawActor {
  readonly name = 'raw';
  readonly user = 'raw';
  readonly world: Surroundings;
  wire: Wire | undefined;
  #isReady = false;
  #id = 0;
  #connections = 0;
  #submitted = 0;
  /** Positions that it has seen, to come back to, also after another epoch has begun. */
  readonly #seen: { readonly channel: string; readonly position: Position }[] = [];

  /** The data of each publication with a key, by channel and key. */
  readonly #withKey = new Map<string, unknown>();

  constructor(world: Surroundings) {
    this.world = world;
  }

  get isSignedIn(): boolean {
    return this.#isReady;
  }

  start(): void {
    if (this.wire?.isHeld) return;
    this.#connections += 1;
    this.#isReady = false;
    const wire = this.world.open(`${this.name}#${this.#connections}`, ['sallyport.v1']);
    this.wire = wire;
    wire.addEventListener('open', () => {
      wire.send(JSON.stringify({ type: 'authenticate', username: this.user, password: CANARY }));
    });
    wire.addEventListener('message', ({ data }) => this.#heard(JSON.parse(String(data))));
    wire.addEventListener('close', () => {
      if (this.wire === wire) this.#isReady = false;
    });
  }

  close(): void {
    this.wire?.close(1000, '');
  }

  /** Presents its credentials again. Returns whether it could. */
  refresh(): boolean {
    if (!this.#isReady) return false;
    this.#send({ type: 'refresh', username: this.user, password: CANARY });
    return true;
  }

  /** Says something. */
  say(random: Random, data: unknown): void {
    if (!this.#isReady) return;
    const kind = random.pick(KINDS);
    const channel = random.pick(RAW_CHANNELS);
    // Sometimes an id that is pending, or was used.
    if (random.chance(0.95)) this.#id += 1;
    const id = this.#id;
    this.world.report.count(`raw.${kind}`);
    this.#send(this.#message(kind, id, channel, random, data));
  }

  /** Asks for more at once than a session may have under way. Returns whether it could. */
  flood(data: () => unknown): boolean {
    if (!this.#isReady) return false;
    for (let count = MOST_ASKED; count > 0; count -= 1) {
      this.#id += 1;
      this.#send(this.#publish(this.#id, 'spare', data(), false));
    }
    return true;
  }

  #message(kind: (typeof KINDS)[number], id: number, channel: string, random: Random, data: unknown): object {
    switch (kind) {
      case 'subscribe':
        return { type: 'subscribe', id, channel, ...this.#since(channel, random) };
      case 'unsubscribe':
      case 'presence':
        return { type: kind, id, channel };
      case 'publish':
        return this.#publish(id, channel, data, random.chance(0.5));
      case 'cancel':
        return { type: 'cancel', id: Math.max(1, id - random.below(3)) };
      case 'request':
        return { type: 'request', id, method: 'nothing' };
      case 'submit':
        this.#submitted += 1;
        return { type: 'message', data: this.#submitted };
      case 'wrong':
        return random.pick([
          { type: 'subscribe', id, channel: '*' },
          { type: 'subscribe', id, channel: '__proto__' },
          { type: 'subscribe', id, channel: 'x'.repeat(256) },
          { type: 'subscribe', id, channel, since: { epoch: '', offset: -1, tag: 'x' } },
          { type: 'publish', id, channel },
          { type: 'publish', id, channel, data: 'x'.repeat(2_500) },
          { type: 'publish', id, channel, data, key: '' },
          { type: 'unsubscribe', id },
        ]);
    }
  }

  /** An id that was used has the same key, and then it is the same publication again: the server makes one of both. */
  #publish(id: number, channel: string, data: unknown, hasKey: boolean): object {
    if (!hasKey) return { type: 'publish', id, channel, data };
    const key = `k${id}`;
    const place = `${channel} ${key}`;
    const first = this.#withKey.get(place) ?? data;
    this.#withKey.set(place, first);
    return { type: 'publish', id, channel, data: first, key };
  }

  #since(channel: string, random: Random): object {
    if (random.chance(0.3)) return random.chance(0.5) ? { history: random.below(20) } : {};
    const seen = this.#seen.filter((one) => one.channel === channel);
    if (seen.length === 0) return {};
    const { position } = random.pick(seen);
    if (random.chance(0.7)) return { since: position };
    this.world.report.count('raw.forged');
    const offset = Math.max(1, position.offset + random.between(-2, 3));
    return { since: { epoch: position.epoch, offset, tag: '0badc0de' } };
  }

  // biome-ignore lint/suspicious/noExplicitAny: messages as they came over the wire
  #heard(message: any): void {
    if (message.type === 'authenticated') this.#isReady = true;
    if (message.type === 'refused') this.close();
    if (message.position && this.#seen.length < 200)
      this.#seen.push({ channel: message.channel, position: message.position });
  }

  #send(message: object): void {
    this.wire?.send(JSON.stringify(message));
  }
}
