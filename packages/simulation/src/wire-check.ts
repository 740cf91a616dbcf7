/**
 * Checks all that a server sends over one connection: what PROTOCOL.md promises, and the invariants of sessions.
 *
 * It reads the wire at the side of the server, where order is certain. Proven by: test/planted.test.ts.
 */
import type { Data, Position } from '@sallyport/protocol';
import type { Oracle, RecoveryLimits } from './oracle.ts';
import { CANARY } from './people.ts';
import type { Permissions } from './permissions.ts';
import type { Report } from './report.ts';
import type { Tap } from './wire.ts';

// biome-ignore lint/suspicious/noExplicitAny: messages as they came over the wire
type Message = any;

/** What the check needs to know. */
export interface WireCheckSettings {
  /** For the log: `ada-1#3`. */
  readonly name: string;
  readonly report: Report;
  readonly oracle: Oracle;
  readonly now: () => number;
  readonly limits: RecoveryLimits;
  readonly permissions: Permissions;
  /** Attempts to publish some data, over all connections. */
  readonly attempts: Map<string, number>;
}

/** The tag of a publication that is not known. */
const UNKNOWN_TAG = '?';

const UNANSWERED = ['cancel', 'authenticate', 'refresh', 'heartbeat', 'message', 'text', 'submit'];

export class WireCheck implements Tap {
  /** What the server works on, by id. */
  readonly asked = new Map<number, Message>();
  /** The position of each subscription. */
  readonly #subscriptions = new Map<string, Position>();
  /** Operations with an id that was pending. */
  readonly #again = new Map<number, number>();
  readonly #presence = new Set<string>();
  readonly #settings: WireCheckSettings;
  #isAuthenticated = false;
  /** The code of our close frame. */
  #closed: number | undefined;
  #lastSubmitted = 0;

  constructor(settings: WireCheckSettings) {
    this.#settings = settings;
  }

  get subscriptions(): ReadonlyMap<string, Position> {
    return this.#subscriptions;
  }

  receives(data: Data): void {
    const { report, name, attempts } = this.#settings;
    if (typeof data !== 'string') return;
    const message = parsed(data);
    report.log(`${name} > ${data.replaceAll(CANARY, '…')}`);
    if (this.#closed !== undefined || !Number.isSafeInteger(message?.id)) return;
    if (UNANSWERED.includes(message.type)) return;
    if (this.asked.has(message.id)) {
      this.#again.set(message.id, (this.#again.get(message.id) ?? 0) + 1);
      return;
    }
    this.asked.set(message.id, message);
    if (message.type !== 'publish') return;
    const json = JSON.stringify(message.data);
    attempts.set(json, (attempts.get(json) ?? 0) + 1);
  }

  sent(data: Data): void {
    const { report, name } = this.#settings;
    const text = String(data);
    report.log(`${name} < ${text}`);
    this.#require(this.#closed === undefined, 'I3 nothing follows the close frame', text);
    this.#require(!text.includes(CANARY), 'I5 no secret is told', text);
    const message = parsed(text);
    if (!message) return;
    if (message.type === 'authenticated') this.#isAuthenticated = true;
    const needsIdentity = [
      'publication',
      'subscribed',
      'published',
      'lost',
      'response',
      'presence',
      'message',
    ];
    if (needsIdentity.includes(message.type))
      this.#require(this.#isAuthenticated, 'I1 nothing is served before the sign-in', text);
    this.#take(message, text);
  }

  closes(code: number, reason: string): void {
    const { report, name } = this.#settings;
    report.log(`${name} < close ${code} ${reason}`);
    report.count(`close.${code}`);
    this.#require(this.#closed === undefined, 'I9 one close code', `${this.#closed} and ${code}`);
    const isValid = code === 1000 || (code >= 1001 && code <= 1014 && ![1004, 1005, 1006].includes(code));
    this.#require(isValid || (code >= 3_000 && code <= 4_999), 'I9 the close code is valid', String(code));
    this.#closed = code;
  }

  misused(what: string): void {
    this.#require(false, 'I3 a closed connection is not used', what);
  }

  #take(message: Message, text: string): void {
    switch (message.type) {
      case 'subscribed':
        this.#subscribed(message, text);
        break;
      case 'publication':
        this.#publication(message.channel, message, text);
        break;
      case 'lost':
        this.#lost(message, text);
        break;
      case 'unsubscribed':
        this.#unsubscribed(message, text);
        break;
      case 'published':
        this.#published(message, text);
        break;
      case 'presence':
        this.#answer(message, 'presence', text);
        this.#presence.add(message.channel);
        break;
      case 'presenceChanged':
        this.#require(this.#presence.has(message.channel), 'presence only where it was asked', text);
        break;
      case 'response':
        this.#failed(message, text);
        break;
      case 'message':
        this.#replied(message);
        break;
    }
  }

  #subscribed(message: Message, text: string): void {
    const { oracle, permissions, report, limits } = this.#settings;
    const { channel, position, publications = [], recovered } = message;
    const asked = message.id === undefined ? undefined : this.#answer(message, 'subscribe', text);
    this.#require(!this.#subscriptions.has(channel), 'one subscription for a channel', text);
    this.#require(permissions.mayRead(channel), 'nothing outside a permission', text);
    this.#known(channel, position, text);
    const { since } = asked ?? {};
    if (recovered) {
      report.count('recovered');
      this.#require(since !== undefined, 'recovered only where it was asked', text);
      if (since && since.offset > 0) {
        const isReal = oracle.at(channel, since) !== undefined;
        this.#require(isReal && since.epoch === position.epoch, 'recovered only from a real position', text);
      }
    } else if (since && !permissions.wasDeniedRecovery(channel)) {
      report.count('notRecovered');
      const could = oracle.canRecover(channel, since, position, limits);
      this.#require(could !== true, 'lost only where the oracle agrees', text);
    }
    if (publications.length > 0)
      this.#require(permissions.mayRecover(channel), 'no history without a permission', text);
    const first = recovered && since ? since.offset : (publications[0]?.offset ?? position.offset + 1) - 1;
    // Where the answer brings the last publications, the one before them is not known.
    const tag = recovered && since ? since.tag : publications.length > 0 ? UNKNOWN_TAG : position.tag;
    this.#subscriptions.set(channel, { ...position, offset: first, tag });
    for (const one of publications) this.#publication(channel, one, text);
    const reached = this.#subscriptions.get(channel)?.offset;
    this.#require(reached === position.offset, 'the answer ends at its position', text);
    this.#subscriptions.set(channel, position);
  }

  #publication(channel: string, { offset, tag, user, data }: Message, text: string): void {
    const { oracle, permissions } = this.#settings;
    const position = this.#subscriptions.get(channel);
    this.#require(position !== undefined, 'no publication without a subscription', text);
    if (!position) return;
    this.#require(permissions.mayRead(channel), 'nothing outside a permission', text);
    this.#require(
      offset === position.offset + 1,
      'no hole and no duplicate',
      `${text} after ${position.offset}`,
    );
    const entry = oracle.at(channel, { epoch: position.epoch, offset, tag });
    const isSame = entry?.user === user && entry?.json === JSON.stringify(data);
    this.#require(isSame, 'one position means one content', `${text} is not ${JSON.stringify(entry)}`);
    const follows = position.tag === UNKNOWN_TAG || entry?.prev === position.tag;
    this.#require(follows, 'two histories are never one', `${text} after ${position.tag}`);
    this.#subscriptions.set(channel, { epoch: position.epoch, offset, tag });
  }

  #lost({ channel, position }: Message, text: string): void {
    const { oracle, report } = this.#settings;
    const before = this.#subscriptions.get(channel);
    this.#require(before !== undefined, 'lost only with a subscription', text);
    if (!before) return;
    report.count('lost');
    this.#known(channel, position, text);
    this.#require(
      oracle.canRecover(channel, before, position) !== true,
      'lost only where the oracle agrees',
      text,
    );
    this.#subscriptions.set(channel, position);
  }

  #unsubscribed(message: Message, text: string): void {
    const had = this.#subscriptions.delete(message.channel);
    // The answer to an `unsubscribe` also takes back a subscription that is not made yet.
    this.#require(had || message.id !== undefined, 'the end of a subscription comes once', text);
    if (message.id !== undefined) this.#answer(message, 'unsubscribe', text);
    else this.#settings.report.count(`unsubscribed.${message.reason}`);
  }

  #published(message: Message, text: string): void {
    const asked = this.#answer(message, 'publish', text);
    const { channel, position } = message;
    const entry = this.#settings.oracle.at(channel, position);
    const isSame = entry?.json === JSON.stringify(asked?.data);
    this.#require(isSame, 'published names what the log holds', `${text} is ${JSON.stringify(entry)}`);
    this.#settings.report.count('published');
  }

  #failed(message: Message, text: string): void {
    const { report, oracle, attempts } = this.#settings;
    const asked = this.asked.get(message.id);
    this.#require(asked !== undefined, 'one answer for an operation', text);
    const code: string | undefined = message.error?.code;
    report.count(`answer.${code ?? 'result'}`);
    const again = this.#again.get(message.id) ?? 0;
    if (again > 0) {
      // It answers the second operation of this id. The first one goes on.
      this.#again.set(message.id, again - 1);
      return;
    }
    this.asked.delete(message.id);
    if (asked?.type !== 'publish' || code !== 'unavailable') return;
    const json = JSON.stringify(asked.data);
    if (attempts.get(json) === 1)
      this.#require(!oracle.has(asked.channel, json), 'unavailable was not published', text);
  }

  #replied(message: Message): void {
    const number = message.data?.reply;
    if (typeof number !== 'number') return;
    this.#require(
      number > this.#lastSubmitted,
      'I6 replies keep their order',
      `${number} after ${this.#lastSubmitted}`,
    );
    this.#lastSubmitted = number;
  }

  /** The operation that this is the answer to. */
  #answer(message: Message, type: string, text: string): Message {
    const asked = this.asked.get(message.id);
    this.#require(
      asked?.type === type && asked.channel === message.channel,
      'one answer for an operation',
      text,
    );
    this.asked.delete(message.id);
    return asked;
  }

  #known(channel: string, position: Position, text: string): void {
    const { offset, tag } = position;
    const stands = offset === 0 ? tag === '' : this.#settings.oracle.at(channel, position) !== undefined;
    this.#require(stands, 'a position stands in the log', text);
  }

  #require(holds: boolean, rule: string, text: string): void {
    if (!holds) this.#settings.report.fail(rule, `${this.#settings.name}: ${text}`);
  }
}

function parsed(text: string): Message | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
