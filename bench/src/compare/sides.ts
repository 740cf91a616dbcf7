/** The two sides of a comparison: this revision and that one, as contenders that take turns. */
import { join } from 'node:path';
import type { Contender } from '../contenders.ts';
import type { Compared } from '../part.ts';
import type { Stepper } from '../parts/step.ts';

/** What a figure is of: Sallyport on one of the libraries, the machine alone, the client's bundle. */
export const subjects = ['ws', 'uWS', 'core', 'client'] as const;
export type Subject = (typeof subjects)[number];

export interface Side {
  readonly name: 'this' | 'that';
  /** The root of its files, built. */
  readonly root: string;
}
/** This revision first. */
export type Sides = readonly [Side, Side];

export const nameOf = (subject: Subject, side: Side['name']): string => `${subject}, ${side}`;

/** What the samples of one side of a subject are called, and what they are divided by. */
export function comparedOf(subject: Subject, side: Side['name']): Compared {
  return { name: nameOf(subject, side), against: side === 'this' ? [nameOf(subject, 'that')] : [] };
}

/** Each side's own server, so that each runs with the packages of its own revision. Order: this, that, this, that. */
export function serversOf(sides: Sides): readonly Contender[] {
  return ownServersOf(sides, 'servers', 'text');
}

/** The same for the part `fanout`. */
export function fanOutServersOf(sides: Sides): readonly Contender[] {
  return ownServersOf(sides, join('servers', 'fan-out'), 'channels');
}

function ownServersOf(sides: Sides, folder: string, dialect: Contender['dialect']): readonly Contender[] {
  return (['ws', 'uWS'] as const).flatMap((library) =>
    sides.map(({ name, root }) => ({
      ...comparedOf(library, name),
      kind: 'revision' as const,
      library,
      script: [join(root, 'bench', 'dist', folder, `sallyport-${library.toLowerCase()}.js`)],
      dialect,
    })),
  );
}

/** The default engine of each side's core. */
export function steppersOf(sides: Sides): readonly Stepper[] {
  return sides.map(({ name, root }) => ({
    ...comparedOf('core', name),
    script: [join(root, 'bench', 'dist', 'steps', 'table.js')],
  }));
}
