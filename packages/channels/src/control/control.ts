/**
 * The control of a node: what one node decides about a user reaches all nodes that share the broker. It follows three logs of its own, by the
 * same machine as any channel, so that a gap is never silent there either.
 *
 * With the broker in memory there are no other nodes, and it follows nothing. Proven by: test/control/*.test.ts.
 */
import type {
  Clock,
  ControlledSession,
  ControlledSessions,
  RevocationOutcome,
  SessionControl,
} from '@sallyport/core';
import type { Broker, StoredPublication } from '../broker/broker.ts';
import type { OwnedChannel } from '../channel/environment.ts';
import type { ChannelLimits } from '../limits.ts';
import type { StateName } from '../machine/machine.ts';
import { type ChannelCounters, type ChannelFaultSource, noCounts } from '../ports/observer.ts';
import { Registry, type RegistryOwner } from '../registry.ts';
import { type ControlLog, controlNamespaces, MESSAGES, REVOCATIONS, SIGN_INS } from './control-logs.ts';
import { Doubts } from './doubts.ts';
import { Revocations, type RevocationsOwner } from './revocations.ts';
import { SignIns, type SignInsOwner } from './sign-ins.ts';
import { type PublishToOutcome, UserMessages, type UserMessagesOwner } from './user-messages.ts';

/** What the control needs of its node. */
export interface ControlOwner {
  readonly broker: Broker;
  readonly clock: Clock;
  readonly limits: ChannelLimits;
  random(): number;
  fault(source: ChannelFaultSource, error: unknown, channel: string | undefined): void;
  /** How far the revocation of a user has come. */
  revoked(user: string, outcome: RevocationOutcome): void;
  /** A revocation that was `hereOnly` never reaches the other nodes. */
  revocationGivenUp(user: string): void;
  /** Entries of a log are lost for this node. */
  controlLost(log: ControlLog): void;
}

type Owner = SessionControl & RegistryOwner & RevocationsOwner & SignInsOwner & UserMessagesOwner;

export class Control implements Owner {
  readonly broker: Broker;
  readonly clock: Clock;
  readonly limits: ChannelLimits;
  readonly counters: ChannelCounters = noCounts();
  readonly isShared: boolean;
  readonly sessions = new Set<ControlledSessions>();
  /** Receives what the broker reports of the logs. */
  readonly registry: Registry;
  readonly #owner: ControlOwner;
  readonly #revocations: Revocations;
  readonly #signIns: SignIns;
  readonly #messages = new UserMessages(this);
  readonly #doubts: Doubts;
  /** Made when it is first needed. */
  #node = '';
  #lastKey = 0;

  constructor(owner: ControlOwner, isShared: boolean) {
    this.#owner = owner;
    this.broker = owner.broker;
    this.clock = owner.clock;
    // The limit of followed channels is for those of the app.
    this.limits = { ...owner.limits, followedChannels: Number.POSITIVE_INFINITY };
    this.isShared = isShared;
    this.registry = new Registry(this);
    this.#revocations = new Revocations(this);
    this.#signIns = new SignIns(this);
    this.#doubts = new Doubts(owner.clock, owner.limits.recheckMs);
  }

  // --- SessionControl: for the sessions.

  start(sessions: ControlledSessions): void {
    this.sessions.add(sessions);
    if (!this.isShared) return;
    this.#follow(REVOCATIONS);
    this.#follow(MESSAGES);
    if (sessions.newestSignInWins) this.#follow(SIGN_INS);
  }

  signedIn(session: ControlledSession): void {
    if (this.isShared) this.#signIns.signedIn(session);
  }

  async revoke(user: string): Promise<RevocationOutcome> {
    for (const sessions of this.sessions) sessions.revoke(user);
    return this.isShared ? this.#revocations.revoke(user) : 'everywhere';
  }

  // --- For the node.

  get pendingRevocations(): number {
    return this.#revocations.pending;
  }

  publishTo(json: string, key: string | undefined): Promise<PublishToOutcome> {
    return this.#messages.publish(json, key);
  }

  close(): void {
    this.registry.close();
    this.#revocations.close();
    this.#signIns.close();
    this.#doubts.close();
  }

  // --- For the parts.

  isFollowing(log: ControlLog): boolean {
    return this.registry.get(log)?.position !== undefined;
  }

  uniqueKey(): string {
    if (this.#node === '') this.#node = `${hex(this.random())}${hex(this.random())}`;
    this.#lastKey += 1;
    return `${this.#node}-${this.#lastKey}`;
  }

  revoked(user: string, outcome: RevocationOutcome): void {
    this.#owner.revoked(user, outcome);
  }

  revocationGivenUp(user: string): void {
    this.#owner.revocationGivenUp(user);
  }

  random(): number {
    return this.#owner.random();
  }

  fault(source: ChannelFaultSource, error: unknown, channel: string | undefined): void {
    this.#owner.fault(source, error, channel);
  }

  // --- RegistryOwner: for the logs.

  delivered({ name }: OwnedChannel, { json }: StoredPublication): void {
    if (name === REVOCATIONS) this.#revocations.delivered(json);
    else if (name === SIGN_INS) this.#signIns.delivered(json);
    else this.#messages.delivered(json);
  }

  moved({ name }: OwnedChannel, _from: StateName | undefined, to: StateName): void {
    if (to !== 'live') return;
    if (name === REVOCATIONS) this.#revocations.live();
    else if (name === SIGN_INS) this.#signIns.live();
  }

  lost({ name }: OwnedChannel): void {
    if (name === REVOCATIONS) {
      this.#revocations.lost();
      this.#doubts.begin(this.sessions);
    } else if (name === SIGN_INS) this.#signIns.lost();
    this.#owner.controlLost(name as ControlLog);
  }

  dropped(): void {}

  #follow(log: ControlLog): void {
    this.registry.follow(log, controlNamespaces[log]);
  }
}

function hex(random: number): string {
  return Math.floor(random * 0x1_0000_0000)
    .toString(16)
    .padStart(8, '0');
}
