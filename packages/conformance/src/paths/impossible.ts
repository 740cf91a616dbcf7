/** The paths of the model that nothing outside can cause, and the reason for each. */
import type { Step } from '@sallyport/core/testing';
import type { Capabilities } from '../kit/transport.ts';

const TOO_LITTLE = 'before the sign-in the server sends too little to fill the buffers';

/** Why nothing outside can cause a fact in a state. The first row that matches counts. */
const impossible: readonly (readonly [why: string, facts: RegExp, states: RegExp])[] = [
  ['a revocation needs a user who is signed in or being verified', /^session\.revoked$/, /awaiting/],
  ['a replacement needs a second session; other stories cover it', /^session\.replaced$/, /./],
  [
    'messages that arrive while credentials are verified are not examined',
    /^message\.(malformed|tooBig)$/,
    /verifying/,
  ],
  ['no message waits in the inbox unless credentials are being verified', /^inbox\.overflowed$/, /awaiting/],
  [TOO_LITTLE, /^connection\.stalled$/, /authenticating/],
];

/** Returns the reason, or nothing if the steps are possible. */
export function whyImpossible(steps: readonly Step[], { waitsForClose }: Capabilities): string | undefined {
  for (const { fact, from } of steps) {
    const found = impossible.find(([, facts, states]) => facts.test(fact.type) && states.test(from));
    if (found) return found[0];
  }
  if (steps[0]?.fact.type === 'rate.exceeded') return 'the first message never exceeds the rate';
  const last = steps.at(-1);
  if (last?.from !== 'closing') return undefined;
  if (last.fact.type === 'closing.timedOut' && !waitsForClose)
    return 'the transport reports `closed` as soon as the server closes';
  if (last.fact.type === 'connection.stalled' && steps.at(-2)?.from.startsWith('authenticating'))
    return TOO_LITTLE;
  return undefined;
}
