/**
 * Plans a path of the model: what a test must do from outside so that a session walks it, or why that is impossible.
 *
 * Some facts need others before them: the application owes no reply unless it has received a message. The plan adds those, so it
 * may have more facts than its path.
 */
import type { Fact } from '@sallyport/core';
import { isLate, stepsOf } from '@sallyport/core/testing';
import type { Capabilities } from '../kit/transport.ts';
import { LARGEST, type Plan } from './acts.ts';
import { cause, causeLate, Planner } from './causes.ts';
import { whyImpossible } from './impossible.ts';
import { durations, SWEEP_MS } from './ringing-clock.ts';

/** A path that nothing outside the session can cause. */
export interface Impossible {
  /** The reason. */
  readonly why: string;
}

/** Whether the next fact has this type. Some facts must be prepared one step before. */
const isAhead = (facts: readonly Fact[], i: number, type: Fact['type']) => facts[i + 1]?.type === type;

/** Returns a plan with all of its facts, or why there is none. */
export function planOf(
  path: readonly Fact[],
  capabilities: Capabilities,
): (Plan & { readonly facts: readonly Fact[] }) | Impossible {
  // The clock knows the expiry timer by its duration.
  const adjusted = path.map((fact) =>
    fact.type === 'credentials.accepted' && fact.identity.expiresInMs > 0
      ? { ...fact, identity: { ...fact.identity, expiresInMs: durations.expiry } }
      : fact,
  );
  const steps = stepsOf(adjusted);
  const types = new Set(adjusted.map(({ type }) => type));
  const why = whyImpossible(steps, capabilities);
  if (why) return { why };

  const accepted = adjusted.find((fact, i) => 'identity' in fact && !isLate(steps.slice(0, i), fact));
  const planner = new Planner(accepted && 'identity' in accepted ? accepted.identity.user : 'admin');
  if (types.has('closing.timedOut')) planner.act({ does: 'fallSilent' });
  let burst = 100;
  for (const [i, { fact, from }] of steps.entries()) {
    if (isAhead(adjusted, i, 'connection.stalled') && steps[i + 1]?.from === 'closing') planner.flood();
    // Unless the application owes a reply, a drain ends as soon as it begins.
    if (
      fact.type === 'drain.began' &&
      from.startsWith('established') &&
      !isAhead(adjusted, i, 'replies.settled')
    )
      planner.hold();
    if (fact.type === 'rate.exceeded') burst = planner.sent;
    if ('attempt' in fact && isLate(steps.slice(0, i), fact)) causeLate(planner, fact);
    else if (from === 'closing' && fact.type === 'connection.closed') planner.act({ does: 'nothing' }, fact);
    else cause(planner, fact, from);
  }
  const end = steps.at(-1)?.to ?? 'authenticating.awaitingCredentials';
  if (end !== 'closing' && end !== 'closed')
    planner.act({ does: 'close', text: 'the end' }, { type: 'application.closed', text: 'the end' });
  return {
    acts: planner.acts,
    facts: planner.facts,
    isFlooded: planner.isFlooded,
    limits: {
      attempts: 2,
      credentialBytes: LARGEST,
      messageBytes: LARGEST,
      inboxMessages: 1,
      concurrentMessages: 1,
      waitingMessages: 1,
      authenticationMs: durations.authentication,
      verificationMs: durations.verification,
      drainMs: durations.draining,
      closeMs: durations.closing,
      unsentBytes: 128 * 2 ** 20,
      pingMs: Number.POSITIVE_INFINITY,
      replyMs: Number.POSITIVE_INFINITY,
      silenceMs: types.has('connection.silent') ? SWEEP_MS : Number.POSITIVE_INFINITY,
      idleMs: types.has('session.idled') ? SWEEP_MS : Number.POSITIVE_INFINITY,
      stallMs: 2 * SWEEP_MS,
      burst: burst,
      messagesPerSecond: types.has('rate.exceeded') ? 1 : Number.POSITIVE_INFINITY,
    },
  };
}
