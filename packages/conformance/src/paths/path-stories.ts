/**
 * The machine's own paths as stories: each is driven over the transport, and the session must do what the machine does,
 * fact by fact and command by command, and the client must hear what follows from that.
 */
import { deepStrictEqual } from 'node:assert/strict';
import { modelPaths } from '@sallyport/core/testing';
import { inMemory } from '../kit/in-memory.ts';
import { perform, type Story } from '../kit/story.ts';
import type { Subject } from '../kit/subject.ts';
import { webSocket } from '../kit/transport.ts';
import { type Impossible, planOf } from './path-plan.ts';
import { drive, expectedOf, type Transcript } from './walk-path.ts';
import { randomWalk } from './walks.ts';

const WALKS = 40;
const LONGEST_WALK = 14;

/** The paths that the transport can be driven along, and one skipped story for each reason why others cannot be. */
export function pathStories(subject: Subject): Story[] {
  const { capabilities } = subject;
  const stories: Story[] = [];
  const reasons = new Map<string, string[]>();
  for (const { name, facts } of modelPaths()) {
    const plan = planOf(facts, capabilities);
    if ('why' in plan) reasons.set(plan.why, [...(reasons.get(plan.why) ?? []), name]);
    else
      stories.push({
        section: 'paths',
        name,
        run: () =>
          perform(name, subject, async (stage) => {
            const expected = expectedOf(plan, stage);
            deepStrictEqual(await drive(stage, plan), expected);
          }),
      });
  }
  const notDriven = [...reasons].map(([why, names]): Story => {
    const name = `${names.length} paths that nothing outside can cause, such as ${names[0]}`;
    return { section: 'paths', name, skipped: why, run: () => Promise.resolve() };
  });
  return [...stories, ...notDriven];
}

/** The same script on the transport and on the reference: the same facts, commands and frames. */
export function differentialStories(subject: Subject): Story[] {
  // A script that every transport can be driven along, so that all are compared on the same.
  const isPossible = (facts: Parameters<typeof planOf>[0]) =>
    !('why' in planOf(facts, { ...webSocket, waitsForClose: false }));
  return Array.from({ length: WALKS }, (_, i): Story => {
    const { name, facts } = randomWalk(i + 1, LONGEST_WALK, isPossible);
    const plan = planOf(facts, subject.capabilities) as Exclude<ReturnType<typeof planOf>, Impossible>;
    return {
      section: 'as the reference does',
      name,
      run: async () => {
        const transcripts: Transcript[] = [];
        for (const start of [inMemory, subject.start])
          await perform(name, { ...subject, start }, async (stage) => {
            transcripts.push(await drive(stage, plan));
            // The second is compared with the first, which is the reference's.
            deepStrictEqual(transcripts.at(-1), transcripts[0]);
          });
      },
    };
  });
}
