/** Measures both sides, part by part, in turn. */

import type { Contender } from '../contenders.ts';
import type { Circumstances, Part } from '../part.ts';
import { echo } from '../parts/echo.ts';
import { fanout } from '../parts/fanout.ts';
import { idle } from '../parts/idle.ts';
import { login } from '../parts/login.ts';
import { step, stepsInRounds } from '../parts/step.ts';
import type { Sample } from '../sample.ts';
import { clientOf, clientSizes } from './client-size.ts';
import { fanOutServersOf, nameOf, type Sides, type Subject, serversOf, steppersOf } from './sides.ts';

/** The parts that two revisions can be compared by. The others need more time than a comparison has. */
export const comparableParts: readonly Part[] = [echo, login, idle, fanout, step];

export interface Measuring
  extends Pick<Circumstances, 'plan' | 'cores' | 'perProcess' | 'progress' | 'skip'> {
  readonly parts: readonly Part[];
  readonly only: readonly string[] | undefined;
  exists(path: string): boolean;
}

export async function measureSides(sides: Sides, measuring: Measuring): Promise<readonly Sample[]> {
  const { parts, only } = measuring;
  const chosen = (servers: readonly Contender[]) =>
    servers.filter(({ library }) => only?.includes(library) ?? true);
  const circumstances: Circumstances = {
    ...measuring,
    contenders: chosen(serversOf(sides)),
    isHuge: false,
    nodeFlags: [],
  };
  const samples: Sample[] = [];
  for (const part of parts) {
    if (part === step) {
      if (hasAll('core', steppersOf(sides).map(scriptOf), measuring))
        samples.push(...(await stepsInRounds(steppersOf(sides), circumstances)));
    } else if (part === fanout) {
      const servers = chosen(fanOutServersOf(sides));
      if (hasAll('channels', servers.map(scriptOf), measuring))
        samples.push(...(await part.run({ ...circumstances, contenders: servers })));
    } else samples.push(...(await part.run(circumstances)));
  }
  const isWhole = comparableParts.every((part) => parts.includes(part));
  if (isWhole && only === undefined) samples.push(...(await sizesOf(sides, measuring)));
  return samples;
}

async function sizesOf(sides: Sides, measuring: Measuring): Promise<readonly Sample[]> {
  const clients = sides.map(({ root }) => clientOf(root));
  if (!hasAll('client', clients, measuring)) return [];
  measuring.progress('client bundle');
  try {
    return await clientSizes(sides);
  } catch (error) {
    measuring.skip(nameOf('client', 'that'), (error as Error).message, 'unavailable');
    return [];
  }
}

const scriptOf = ({ script: [file = ''] }: { readonly script: readonly string[] }) => file;

/** An old revision may keep these elsewhere. The other figures do not need them. */
function hasAll(
  subject: Subject | 'channels',
  files: readonly string[],
  { exists, skip }: Measuring,
): boolean {
  const isThere = files.every(exists);
  if (!isThere) skip(`${subject}, that`, `that revision has no file that this figure needs`, 'unavailable');
  return isThere;
}
