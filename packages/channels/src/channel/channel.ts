/**
 * A channel that this node follows. It runs the commands of the channel machine, and leaves every decision to `machine/machine.ts`.
 *
 * Members are the subscriptions that have a place here. A joiner waits for one. Both are of the sessions of this node.
 * Proven by: test/channel/*.test.ts, test/machine/*.test.ts.
 */
import type { Stepped } from '@sallyport/compile';
import type { Position } from '@sallyport/protocol';
import type { Broker, ReadOutcome, StoredPublication } from '../broker/broker.ts';
import type { Command } from '../machine/commands.ts';
import { isHolding, type Snapshot, stateName } from '../machine/engine.ts';
import { type Fact, type FactOf, facts } from '../machine/facts.ts';
import type { StateName } from '../machine/machine.ts';
import type { Namespace } from '../namespaces.ts';
import { Presence } from '../presence/presence.ts';
import { Admission, type AdmissionOwner } from './admission.ts';
import { ChannelTimers } from './channel-timers.ts';
import type { ChannelEnvironment } from './environment.ts';
import { FanOut, type FanOutOwner } from './fan-out.ts';
import type { Joiner, Member, Place } from './joiner.ts';
import { LogCalls, type LogCallsOwner } from './log-calls.ts';
import { Recent } from './recent.ts';
import { WaitingPublications } from './waiting-publications.ts';

type ChannelFact = Fact<Joiner>;
type ChannelCommand = Command<Joiner>;

type Owner = Stepped<Snapshot, ChannelFact, ChannelCommand> & AdmissionOwner & LogCallsOwner & FanOutOwner;

export class Channel implements Owner {
  readonly name: string;
  readonly environment: ChannelEnvironment;
  readonly members = new Set<Member>();
  /** Made when a client first asks who is there. */
  presence: Presence | undefined;
  readonly recent: Recent;
  readonly #waiting: WaitingPublications;
  readonly #fanOut = new FanOut(this);
  readonly #admission = new Admission(this);
  readonly #calls = new LogCalls(this);
  readonly #timers = new ChannelTimers(this);
  /** Joiners that wait until the channel is live. */
  #kept: Joiner[] = [];
  /** Members and joiners. */
  #interested = 0;
  #isBroken = false;

  // The stepper's.
  snapshot: Snapshot | undefined;
  isStepping = false;
  arrived: ChannelFact[] | undefined;

  constructor(name: string, namespace: Namespace, environment: ChannelEnvironment) {
    this.name = name;
    this.environment = environment;
    this.recent = new Recent(namespace, environment.limits, environment.budget);
    this.#waiting = new WaitingPublications(environment.limits);
  }

  get broker(): Broker {
    return this.environment.broker;
  }

  get state(): StateName {
    return this.snapshot ? stateName(this.snapshot) : 'following';
  }

  /** Undefined before the broker has told it. */
  get position(): Position | undefined {
    return this.snapshot?.context.position;
  }

  // --- For the node and its sessions.

  start(): void {
    this.environment.stepper.start(this, undefined);
  }

  take(fact: ChannelFact): void {
    this.environment.stepper.take(this, fact);
  }

  /** A publication has come from the broker. */
  arrive(epoch: string, publication: StoredPublication): void {
    const fact = { type: 'publication.arrived', epoch, publication } as const;
    const mustWait = this.isStepping || !this.snapshot || isHolding(this.snapshot) || !this.#waiting.isEmpty;
    if (!mustWait) this.take(fact);
    else if (!this.#waiting.push(fact)) this.take(facts.queueOverflowed);
  }

  /** A joiner wants a place. It is answered in any case: admitted or refused, now or later. */
  join(joiner: Joiner): void {
    if (this.hasEnded) {
      joiner.refused();
      return;
    }
    this.#interested += 1;
    this.take({ type: 'join.requested', joiner });
  }

  /** A member leaves. Does nothing if it has left. */
  leave(member: Member, isFinal: boolean): void {
    if (!this.members.has(member)) return;
    this.#fanOut.flush();
    // What was sent may have ended its session.
    if (!this.members.delete(member)) return;
    this.presence?.left(member, isFinal);
    this.#lose();
  }

  /** Returns who is there, and keeps count from now on. */
  present(): Presence {
    this.presence ??= new Presence(this);
    return this.presence;
  }

  // --- For the stepper.

  get hasEnded(): boolean {
    return this.#isBroken || this.snapshot?.status === 'done';
  }

  entered(before: Snapshot | undefined): void {
    const from = before && stateName(before);
    if (from !== this.state) this.environment.moved(this, from, this.state);
  }

  run(command: ChannelCommand): void {
    switch (command.type) {
      case 'follow':
        this.#calls.follow(command.attempt);
        break;
      case 'unfollow':
        this.#calls.unfollow();
        break;
      case 'read':
        this.environment.counters.repairs += 1;
        this.#calls.read(command.attempt, command.since, this.environment.limits.recoveryPublications);
        break;
      case 'reset':
        this.recent.forget();
        break;
      case 'deliver':
        for (const one of command.publications) this.#deliver(one);
        break;
      case 'tellLost':
        this.environment.counters.lost += 1;
        this.#fanOut.tell({ type: 'lost', channel: this.name, position: command.position });
        this.environment.lost(this, command.position);
        break;
      case 'compareTag':
        if (this.recent.tagAt(command.offset) !== command.tag) this.take(facts.tagMismatched);
        break;
      case 'admit':
        this.#admission.admit(command.joiner);
        break;
      case 'keep':
        this.#kept.push(command.joiner);
        break;
      case 'refuse':
        this.refuse(command.joiner);
        break;
      case 'admitKept':
        for (const joiner of this.#takeKept()) this.#admission.admit(joiner);
        break;
      case 'refuseKept':
        for (const joiner of this.#takeKept()) this.refuse(joiner);
        break;
      case 'arm':
        this.#timers.arm(command.timer, command.failures);
        break;
      case 'disarm':
        this.#timers.disarm(command.timer);
        break;
    }
  }

  stepped(): void {
    if (this.hasEnded) this.#end();
  }

  next(): FactOf<'publication.arrived'> | undefined {
    if (!this.snapshot || isHolding(this.snapshot)) return undefined;
    return this.#waiting.next(this.position);
  }

  broken(error: unknown): void {
    this.#isBroken = true;
    this.environment.fault('channels', error, this.name);
    this.#calls.unfollow();
    this.#end();
  }

  // --- For the fan-out, the admission and the calls.

  sent(count: number): void {
    this.environment.counters.sent += count;
  }

  encodingFailed(error: unknown): void {
    this.environment.fault('protocol', error, this.name);
  }

  fault(source: 'broker' | 'channels', error: unknown): void {
    this.environment.fault(source, error, this.name);
  }

  now(): number {
    return this.environment.clock.now();
  }

  inquire(settle: (outcome: ReadOutcome) => void): void {
    this.environment.counters.inquiries += 1;
    this.#calls.readLast(this.recent.loadSize, settle);
  }

  rejoin(joiner: Joiner): void {
    if (this.hasEnded) this.refuse(joiner);
    else this.take({ type: 'join.requested', joiner });
  }

  place(joiner: Joiner, place: Place): void {
    const { member } = joiner;
    this.#fanOut.flush();
    // First: code of the server that is told of the subscription may end it.
    this.members.add(member);
    this.presence?.joined(member);
    if (!joiner.admitted(place)) this.leave(member, true);
  }

  refuse(joiner: Joiner): void {
    joiner.refused();
    this.#lose();
  }

  dismiss(): void {
    this.#lose();
  }

  #takeKept(): readonly Joiner[] {
    const kept = this.#kept;
    this.#kept = [];
    return kept;
  }

  /** A member or a joiner less. */
  #lose(): void {
    this.#interested -= 1;
    if (this.#interested === 0) this.take(facts.subscribersLeft);
  }

  #deliver(publication: StoredPublication): void {
    const { counters } = this.environment;
    const { offset, tag, user, json } = publication;
    this.recent.push(publication, this.now());
    counters.delivered += 1;
    this.environment.delivered(this, publication);
    const shown = user === undefined ? { offset, tag, json } : { offset, tag, user, json };
    this.#fanOut.publish({ type: 'publication', channel: this.name, publication: shown });
  }

  #end(): void {
    this.#timers.clear();
    this.recent.forget();
    this.environment.closed(this, [...this.members]);
    for (const joiner of this.#takeKept()) joiner.refused();
    const waiting = this.arrived ?? [];
    this.arrived = undefined;
    for (const fact of waiting) if (fact.type === 'join.requested') fact.joiner.refused();
  }
}
