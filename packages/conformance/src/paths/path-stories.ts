/**
 * The paths of the machine as stories. A session walks each path over the transport, and must show the same facts and commands as
 * the machine. The client must receive what follows from them.
 */
import { deepStrictEqual } from 'node:assert/strict';
import { modelPaths } from '@sallyport/core/testing';
import { inMemory } from '../kit/in-memory.ts';
import { perform, type Story } from '../kit/story.ts';
import type { Subject } from '../kit/subject.ts';
import { webSocket } from '../kit/transport.ts';
import { type Impossible, planOf } from './path-plan.ts';
import { expectedOf, type Transcript, walkPath } from './walk-path.ts';
import { randomWalk } from './walks.ts';

const WALKS = 40;
const LONGEST_WALK = 14;

/** A story for each path that a session can walk on this transport, and one skipped story for each reason why it cannot. */
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
            deepStrictEqual(await walkPath(stage, plan), expected);
          }),
      });
  }
  const notWalked = [...reasons].map(([why, names]): Story => {
    const name = `${names.length} paths that nothing outside can cause, such as ${names[0]}`;
    return { section: 'paths', name, skipped: why, run: () => Promise.resolve() };
  });
  return [...stories, ...notWalked];
}

/** The same random walk on the transport and on the reference must give the same facts, commands and frames. */
export function differentialStories(subject: Subject): Story[] {
  // Only walks that are possible on every transport, so that all transports run the same.
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
            transcripts.push(await walkPath(stage, plan));
            // The first transcript is the reference's.
            deepStrictEqual(transcripts.at(-1), transcripts[0]);
          });
      },
    };
  });
}
