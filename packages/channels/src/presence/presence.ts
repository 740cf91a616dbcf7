/**
 * The presence in one channel: which users are there, with the number of their sessions.
 *
 * A user is there from the first session on, until a while after the last one. So a client that reconnects does not leave and come back.
 * One that unsubscribes, or that closes its connection itself, leaves at once. Changes are collected, and go out together to the members that asked. A change may reach a
 * member that has it already from its answer. The presence is made when a client first asks, so a channel for which no client asks pays
 * nothing. Proven by: test/presence/presence.test.ts.
 */
import type { ChannelEvent, PresentUser } from '@sallyport/protocol';
import { fanOut } from '../channel/fan-out.ts';
import type { Member } from '../channel/joiner.ts';

/** What the presence needs of its channel. */
export interface PresenceOwner {
  readonly name: string;
  readonly members: Iterable<Member>;
  readonly environment: {
    readonly clock: { now(): number };
    readonly limits: PresenceLimits;
    /** Something will have to be swept. */
    awaitSweep(presence: Presence): void;
    fault(source: 'protocol', error: unknown, channel: string): void;
  };
}

/** What the presence has to keep to. */
interface PresenceLimits {
  readonly presenceUsers: number;
  readonly presenceGraceMs: number;
}

/** The permission of a member that gets the changes. */
export interface Watch {
  /** Whether the permission has ended by itself. */
  readonly hasEnded: boolean;
  /** Asks again whether the permission holds. */
  renew(): void;
  /** The watch is over. */
  stop(): void;
}

/** Who is there: their number, and the users themselves if they are not too many. */
export interface Present {
  /** The number of users. */
  readonly count: number;
  /** The users. Absent where they are more than `presenceUsers`. */
  readonly users?: readonly PresentUser[];
}

export class Presence {
  readonly #owner: PresenceOwner;
  /** The number of sessions of each user. 0 while a user whose connection was lost may come back. */
  readonly #connections = new Map<string, number>();
  /** When the last session of a user ended, for those with none. The oldest first. */
  readonly #lostAt = new Map<string, number>();
  readonly #watchers = new Map<Member, Watch>();
  readonly #joined = new Set<string>();
  readonly #left = new Set<string>();

  constructor(owner: PresenceOwner) {
    this.#owner = owner;
    for (const member of owner.members) this.joined(member);
    this.#joined.clear();
  }

  /** Who is there now. */
  get present(): Present {
    const count = this.#connections.size;
    if (count > this.#owner.environment.limits.presenceUsers) return { count };
    return { count, users: [...this.#connections.keys()].map((user) => this.#shown(user)) };
  }

  /** The member gets the changes from now on, until it leaves or the permission for it ends. */
  watch(member: Member, watch: Watch): void {
    this.#watchers.get(member)?.stop();
    this.#watchers.set(member, watch);
  }

  /** The member gets no changes any more. */
  unwatch(member: Member): void {
    this.#watchers.get(member)?.stop();
    this.#watchers.delete(member);
  }

  /** The identity of the member was refreshed. */
  refreshed(member: Member): void {
    this.#watchers.get(member)?.renew();
  }

  joined(member: Member): void {
    const user = userOf(member);
    const connections = this.#connections.get(user);
    this.#connections.set(user, (connections ?? 0) + 1);
    this.#lostAt.delete(user);
    if (connections === undefined) this.#change(user, this.#left, this.#joined);
  }

  /** `isFinal`: the member unsubscribed, or its client closed the connection. Otherwise the connection may only have been lost. */
  left(member: Member, isFinal: boolean): void {
    this.unwatch(member);
    const user = userOf(member);
    const connections = (this.#connections.get(user) ?? 1) - 1;
    this.#connections.set(user, connections);
    if (connections > 0) return;
    const { environment } = this.#owner;
    if (isFinal) this.#depart(user);
    else this.#lostAt.set(user, environment.clock.now());
    environment.awaitSweep(this);
  }

  /** Runs about every second. Returns whether there is something to do later. */
  swept(): boolean {
    const { clock, limits } = this.#owner.environment;
    const now = clock.now();
    for (const [user, lostAt] of this.#lostAt) {
      if (now - lostAt < limits.presenceGraceMs) break;
      this.#depart(user);
    }
    this.#flush();
    return this.#lostAt.size > 0;
  }

  #flush(): void {
    const [joined, left] = [[...this.#joined], [...this.#left]];
    this.#joined.clear();
    this.#left.clear();
    for (const [member, watch] of this.#watchers) if (watch.hasEnded) this.unwatch(member);
    if (joined.length + left.length === 0 || this.#watchers.size === 0) return;
    const { name, environment } = this.#owner;
    const count = this.#connections.size;
    const { presenceUsers } = environment.limits;
    const isListed = Math.max(count, joined.length, left.length) <= presenceUsers;
    const event: ChannelEvent = {
      type: 'presenceChanged',
      channel: name,
      count,
      joined: isListed ? joined.map((user) => this.#shown(user)) : [],
      left: isListed ? left : [],
    };
    fanOut(this.#watchers.keys(), [event], (error) => environment.fault('protocol', error, name));
  }

  #depart(user: string): void {
    this.#connections.delete(user);
    this.#lostAt.delete(user);
    this.#change(user, this.#joined, this.#left);
  }

  /** A user who came and left within a second is not told. */
  #change(user: string, undone: Set<string>, done: Set<string>): void {
    if (!undone.delete(user)) done.add(user);
    this.#owner.environment.awaitSweep(this);
  }

  /** A user who may come back counts as one session. */
  #shown(user: string): PresentUser {
    return { user, connections: Math.max(1, this.#connections.get(user) ?? 0) };
  }
}

const userOf = ({ subscriber }: Member): string => subscriber.session.identity?.user ?? '';
