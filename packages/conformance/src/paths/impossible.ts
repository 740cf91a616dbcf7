/** Why nothing outside can cause what some paths of the model ask for: the reason for each. */
import type { Step } from '@sallyport/core/testing';
import type { Capabilities } from '../kit/transport.ts';

const TOO_LITTLE = 'before the acceptance too little is sent for any of it to have to wait';

/** Why a fact cannot be caused in a state by anything outside. The first that fits. */
const impossible: readonly (readonly [why: string, facts: RegExp, states: RegExp])[] = [
  [
    'nobody is signed in, and nobody is being verified, whom a revocation could mean',
    /^session\.revoked$/,
    /awaiting/,
  ],
  ['the newer sign-in is another session’s path: stories of their own tell it', /^session\.replaced$/, /./],
  [
    'what is sent while credentials are verified waits, and is not looked at',
    /^message\.(malformed|tooBig)$/,
    /verifying/,
  ],
  ['nothing waits in the inbox while nothing is verified', /^inbox\.overflowed$/, /awaiting/],
  [TOO_LITTLE, /^connection\.stalled$/, /authenticating/],
];

/** The reason, or nothing if the steps can be caused. */
export function whyImpossible(steps: readonly Step[], { waitsForClose }: Capabilities): string | undefined {
  for (const { fact, from } of steps) {
    const found = impossible.find(([, facts, states]) => facts.test(fact.type) && states.test(from));
    if (found) return found[0];
  }
  if (steps[0]?.fact.type === 'rate.exceeded') return 'the first message is within every rate';
  const last = steps.at(-1);
  if (last?.from !== 'closing') return undefined;
  if (last.fact.type === 'closing.timedOut' && !waitsForClose)
    return 'the transport says `closed` as soon as it is told to close';
  if (last.fact.type === 'connection.stalled' && steps.at(-2)?.from.startsWith('authenticating'))
    return TOO_LITTLE;
  return undefined;
}
