/**
 * What a user wants to do in a channel: `--subscribe CHANNEL`, `--publish CHANNEL`, and at a terminal the lines `/subscribe CHANNEL`,
 * `/publish CHANNEL TEXT`, `/presence CHANNEL`, `/unsubscribe CHANNEL` and `/help`. Proven by: test/channel-input.test.ts.
 */
import { canBeChannel } from '@sallyport/protocol';
import { InvalidArgumentError } from 'commander';

/** What to do in a channel. */
export type ChannelAction =
  | { readonly type: 'subscribe' | 'presence' | 'unsubscribe'; readonly channel: string }
  | { readonly type: 'publish'; readonly channel: string; readonly data: unknown };

const CHANNEL_RULE = 'a channel has 1 to 255 printable characters of ASCII, without spaces and without *';

const USAGES: Readonly<Record<ChannelAction['type'], string>> = {
  subscribe: '/subscribe CHANNEL, as in /subscribe demo:a',
  publish: '/publish CHANNEL TEXT or JSON, as in /publish demo:a hello',
  presence: '/presence CHANNEL, as in /presence demo:a',
  unsubscribe: '/unsubscribe CHANNEL, as in /unsubscribe demo:a',
};

/** The lines of `/help`. */
export const HELP_LINES: readonly string[] = [
  ...Object.values(USAGES),
  '/request METHOD JSON, as in /request room.history {"room":"a"}',
  '//text sends the message /text',
];

/** The action in a line. A text: what is wrong with it. Undefined: the line is something else. */
export function channelActionInLine(line: string): ChannelAction | string | undefined {
  const [, name, rest = ''] = /^\/(subscribe|publish|presence|unsubscribe)(?:\s+(.*))?$/s.exec(line) ?? [];
  if (name === undefined) return undefined;
  const type = name as ChannelAction['type'];
  const [, channel = '', text = ''] = /^(\S*)\s*(.*)$/s.exec(rest.trim()) ?? [];
  if (channel === '') return USAGES[type];
  if (!canBeChannel(channel)) return CHANNEL_RULE;
  if (type === 'publish') return text === '' ? USAGES.publish : { type, channel, data: dataIn(text) };
  return text === '' ? { type, channel } : USAGES[type];
}

/** The JSON value that a text is; a text that is not JSON is itself. */
export function dataIn(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/** Parses a channel of an option. */
export function channelOf(text: string): string {
  if (!canBeChannel(text)) throw new InvalidArgumentError(`It must be a channel: ${CHANNEL_RULE}.`);
  return text;
}

/** Parses the channels of a repeatable option. One that is given twice counts once. */
export function channelsOf(text: string, previous: readonly string[] = []): readonly string[] {
  return [...new Set([...previous, channelOf(text)])];
}
