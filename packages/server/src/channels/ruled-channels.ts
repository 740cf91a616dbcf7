/**
 * The channels of a server by rules: those of `--channels`, and the demo channels. It reads the file again at SIGHUP.
 *
 * Proven by: test/channels/ruled-channels.test.ts, test/channels/binaries.test.ts.
 */
import { type Broker, type Channels, createChannels } from '@sallyport/channels';
import type { Clock } from '@sallyport/core';
import type { Logger } from 'pino';
import { escapeUnprintable } from '../escape-unprintable.ts';
import type { OptionValue } from '../option-source.ts';
import type { RepeatLimiter } from '../repeat-limiter.ts';
import { StartupError } from '../startup-error.ts';
import { observeControl } from './control-log.ts';
import { DEMO_CHANNELS, withDemoChannels } from './demo.ts';
import { logChannelFaults } from './faults.ts';
import { readChannelsFile } from './file.ts';
import { authorizerOf, ChannelRules, type RulesByPattern } from './rules.ts';

export interface RuledChannels {
  readonly channels: Channels;
  /** Whether every demo user may use `demo:*`, because the file does not say otherwise. */
  readonly hasDemoChannels: boolean;
  /** Reads the file again. A bad one changes nothing and is logged. Subscriptions that the new rules deny end at once. */
  reload(): void;
  /** Logs how many namespaces the file has. Call it once the server listens. */
  announce(): void;
}

/** What the rules are made of. */
interface RuleSources {
  /** The file of `--channels`. Absent: none. */
  readonly file: OptionValue<string> | undefined;
  /** Whether the demo user may use the demo channels, unless the file says otherwise. */
  readonly demo: boolean;
}

/** What the channels use of the server. */
interface Surroundings {
  readonly clock: Clock;
  readonly log: Logger;
  readonly repeats: RepeatLimiter;
  /** Shares the channels with other servers. Undefined: they are in memory. */
  readonly broker?: Broker | undefined;
}

/** Throws a `StartupError` for a bad file. */
export function createRuledChannels(
  { file, demo }: RuleSources,
  { clock, log, repeats, broker }: Surroundings,
): RuledChannels {
  const given = file ? readChannelsFile(file) : {};
  const rulesOf = (read: RulesByPattern) => new ChannelRules(demo ? withDemoChannels(read) : read);
  let rules = rulesOf(given);
  const channels = createChannels({
    clock,
    random: Math.random,
    authorize: authorizerOf(() => rules),
    namespaces: (channel) => rules.namespaceOf(channel),
    ...(broker && { broker }),
    observe: observeControl(log),
    onFault: logChannelFaults(log, repeats),
  });
  const report = (namespaces: number, ended?: number): void => {
    if (!file) return;
    const details = { event: 'channels.read', file: escapeUnprintable(file.value), namespaces };
    const read = `channel rules read: ${namespaces} ${namespaces === 1 ? 'namespace' : 'namespaces'}`;
    if (ended === undefined) log.info(details, read);
    else log.info({ ...details, ended }, `${read}; subscriptions ended: ${ended}`);
  };
  return {
    channels,
    hasDemoChannels: demo && !Object.hasOwn(given, DEMO_CHANNELS),
    announce: () => report(Object.keys(given).length),
    reload() {
      if (!file) return;
      try {
        const read = readChannelsFile(file);
        rules = rulesOf(read);
        const before = channels.counters.unsubscribed;
        channels.reauthorize();
        report(Object.keys(read).length, channels.counters.unsubscribed - before);
      } catch (error) {
        if (!(error instanceof StartupError)) throw error;
        log.error({ event: 'channels.problem' }, `${error.message}; the channel rules in service stay`);
      }
    },
  };
}
