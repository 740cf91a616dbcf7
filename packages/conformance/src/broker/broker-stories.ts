/** All stories of a broker, in order, for any test runner. */
import { Patience } from '../kit/patience.ts';
import { performOn } from '../kit/perform.ts';
import type { Story } from '../kit/story.ts';
import { closing } from './duties/closing.ts';
import { epochs } from './duties/epochs.ts';
import { following } from './duties/following.ts';
import { history } from './duties/history.ts';
import { interruptions } from './duties/interruptions.ts';
import { keys } from './duties/keys.ts';
import { leases } from './duties/leases.ts';
import { names } from './duties/names.ts';
import { order } from './duties/order.ts';
import { state } from './duties/state.ts';
import { BrokerStage } from './kit/broker-stage.ts';
import type { BrokerStoryDefinition } from './kit/broker-story.ts';
import type { BrokerCapabilities, StartBrokers } from './kit/brokers.ts';

/** A story for every duty of a broker. Runners call `run` of each. */
export function brokerStoriesOf(start: StartBrokers, capabilities: BrokerCapabilities): readonly Story[] {
  const patience = new Patience();
  const bind = (section: string, { duty, needs = [], run: act }: BrokerStoryDefinition): Story => {
    const lacking = needs.filter((one) => !capabilities[one]);
    const run = async () => {
      await performOn(duty, new BrokerStage(start, patience), act);
      patience.restore();
    };
    if (lacking.length === 0) return { section, name: duty, run };
    return { section, name: duty, run, skipped: `the broker lacks: ${lacking.join(', ')}` };
  };
  return Object.entries({
    order,
    history,
    epochs,
    keys,
    following,
    state,
    leases,
    names,
    interruptions,
    closing,
  }).flatMap(([section, definitions]) => definitions.map((one) => bind(section, one)));
}
