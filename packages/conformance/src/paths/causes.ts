/** The acts from outside that cause a fact, and the acts that must come before them. */
import { accept, type Fact, overload, postpone, refuse, type StateName, type Verdict } from '@sallyport/core';
import { words } from '../kit/protocol.ts';
import { type Act, HOLD, LARGEST, type Planned } from './acts.ts';
import type { durations } from './ringing-clock.ts';

/** Collects the acts of a plan, and the facts that they cause. */
export class Planner {
  readonly acts: Planned[] = [];
  readonly facts: Fact[] = [];
  /** The user of the session, also before the sign-in. */
  readonly user: string;
  isFlooded = false;
  #held = 0;
  #said = 0;

  constructor(user: string) {
    this.user = user;
  }

  act(act: Act, ...facts: Fact[]): this {
    if (act.does === 'say') this.#said += act.messages.length;
    this.acts.push({ act, facts: facts.length });
    this.facts.push(...facts);
    return this;
  }

  say(fact: Fact, ...messages: string[]): this {
    return this.act({ does: 'say', messages }, fact);
  }

  /** A message that the application does not answer yet. */
  hold(): void {
    this.#held += 1;
    this.act({ does: 'say', messages: [HOLD] }, { type: 'message.received', message: HOLD });
  }

  get held(): number {
    return this.#held;
  }

  get said(): number {
    return this.#said;
  }

  flood(): void {
    if (!this.isFlooded) this.act({ does: 'fill' });
    this.isFlooded = true;
  }
}

/** The verdict that causes this fact. Without one the authenticator fails. */
function verdictOf(fact: Fact): Verdict | undefined {
  if (fact.type === 'credentials.accepted')
    return accept(fact.identity.user, { expiresInMs: fact.identity.expiresInMs });
  if (fact.type === 'credentials.refused') return refuse();
  if (fact.type === 'credentials.postponed') return postpone(fact.retryInMs);
  return fact.type === 'authenticator.overloaded' ? overload() : undefined;
}

/** The act for a late verdict. The session drops it, so no fact follows. */
export function causeLate(planner: Planner, fact: Extract<Fact, { readonly attempt: number }>): Planner {
  return planner.act({ does: 'decideLate', attempt: fact.attempt, verdict: verdictOf(fact) });
}

/** Adds the acts that cause one fact in this state. */
export function cause(planner: Planner, fact: Fact, from: StateName): Planner {
  const ring = (timer: keyof typeof durations) => planner.act({ does: 'ring', timer }, fact);
  switch (fact.type) {
    case 'credentials.received':
      return planner.say(fact, words.credentials);
    case 'credentials.malformed':
      return planner.say(fact, words.malformedCredentials);
    case 'credentials.unsupported':
      return planner.say(fact, words.unsupportedCredentials);
    case 'refresh.requested':
      return planner.say(fact, words.refresh);
    case 'message.received':
      return planner.say(fact, String(fact.message));
    case 'request.received':
      return planner.say(fact, 'operation' in fact ? words.operation : words.request);
    case 'request.malformed':
      return planner.say(fact, words.malformedRequest);
    case 'request.cancelled':
      return planner.say(fact, words.cancel);
    case 'message.malformed':
      return planner.say(fact, words.malformed);
    case 'message.tooBig':
      return planner.say(fact, 'x'.repeat(LARGEST + 1));
    case 'rate.exceeded':
      return planner.say(fact, 'one too many');
    case 'inbox.overflowed':
      // One message may wait: for the verdict, or for the application, which holds another.
      if (from.endsWith('verifying')) return planner.say(fact, 'waits', 'is too many');
      while (planner.held < 2) planner.hold();
      return planner.act(
        { does: 'say', messages: [HOLD] },
        { type: 'message.received', message: HOLD },
        fact,
      );
    case 'credentials.accepted':
    case 'credentials.refused':
    case 'credentials.postponed':
    case 'authenticator.overloaded':
    case 'authenticator.failed':
      return planner.act({ does: 'decide', verdict: verdictOf(fact) }, fact);
    case 'application.failed':
      if (planner.held === 0) planner.hold();
      return planner.act({ does: 'fail' }, fact);
    case 'application.closed':
      return planner.act({ does: 'close', text: fact.text ?? '' }, fact);
    case 'replies.settled':
      return planner.act({ does: planner.held > 0 ? 'release' : 'nothing' }, fact);
    case 'connection.closed':
      return planner.act({ does: 'cut' }, fact);
    case 'connection.stalled':
      planner.flood();
      return planner.act({ does: 'sweep' }, fact);
    case 'connection.silent':
    case 'session.idled':
      return planner.act({ does: 'sweep' }, fact);
    case 'drain.began':
      return planner.act({ does: 'drain' }, fact);
    case 'session.revoked':
      if (!from.endsWith('verifying')) return planner.act({ does: 'revoke', user: planner.user }, fact);
      // A revocation during an attempt voids its acceptance.
      planner.act({ does: 'revoke', user: planner.user });
      return planner.act({ does: 'decide', verdict: accept(planner.user) }, fact);
    case 'authentication.timedOut':
      return ring('authentication');
    case 'verification.timedOut':
      return ring('verification');
    case 'expiry.timedOut':
      return ring('expiry');
    case 'draining.timedOut':
      return ring('draining');
    case 'closing.timedOut':
      return ring('closing');
    case 'session.replaced':
      throw new Error('nothing outside replaces a session');
  }
}
