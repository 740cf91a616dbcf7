/** All stories of the kit, in order. */
import { asking } from '../duties/asking.ts';
import { backpressure } from '../duties/backpressure.ts';
import { closing } from '../duties/closing.ts';
import { goodbyes } from '../duties/goodbyes.ts';
import { liveness } from '../duties/liveness.ts';
import { opening } from '../duties/opening.ts';
import { receiving } from '../duties/receiving.ts';
import { sending } from '../duties/sending.ts';
import { sharing } from '../duties/sharing.ts';
import { differentialStories, pathStories } from '../paths/path-stories.ts';
import { Patience } from './patience.ts';
import { type Story, storyOf } from './story.ts';
import type { Subject } from './subject.ts';
import type { Capabilities, Start } from './transport.ts';

/** The sections of the machine's paths. They fail in large numbers where a duty is broken. */
export const pathSections: readonly string[] = ['paths', 'as the reference does'];

/** A story for every duty, in the order of a connection's life. */
export function dutiesOf(start: Start, capabilities: Capabilities): readonly Story[] {
  return duties({ start, capabilities, patience: new Patience() });
}

/** A story for every duty, then for the machine's paths, which take much longer to plan. Runners call `run` of each. */
export function storiesOf(start: Start, capabilities: Capabilities): readonly Story[] {
  const subject = { start, capabilities, patience: new Patience() };
  return [...duties(subject), ...pathStories(subject), ...differentialStories(subject)];
}

function duties(subject: Subject): readonly Story[] {
  return Object.entries({
    asking,
    opening,
    receiving,
    sending,
    sharing,
    backpressure,
    closing,
    goodbyes,
    liveness,
  }).flatMap(([section, definitions]) => definitions.map((one) => storyOf(section, one, subject)));
}
