/**
 * The grammar of channels, keys and positions (PROTOCOL.md, section 8). Both ends check with it.
 *
 * Proven by: test/json-channel.test.ts.
 */
import type { Position } from './channel-messages.ts';
import { type Fields, recordOf } from './fields.ts';

/** 1 to 255 printable characters of ASCII, without the space and without `*`, which patterns of channels use. */
const CHANNEL = /^[\x21-\x29\x2b-\x7e]{1,255}$/;
/** 1 to 64 printable characters of ASCII, without the space. */
const SHORT = /^[\x21-\x7e]{1,64}$/;
const TAG = /^[0-9a-f]{8}$/;

/** Whether a text has the form of a channel: 1 to 255 printable characters of ASCII, without the space and without `*`. */
export function canBeChannel(text: string): boolean {
  return CHANNEL.test(text);
}

/** Whether a text has the form of a key of a publication: 1 to 64 printable characters of ASCII, without the space. */
export function canBeKey(text: string): boolean {
  return SHORT.test(text);
}

/** Whether a value is a whole number from `least` to 2⁵³−1. */
export function isCount(value: unknown, least = 0): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= least;
}

/** Whether a value has the form of the tag of a publication: 8 hexadecimal digits in lower case. */
export function isTag(value: unknown): value is string {
  return typeof value === 'string' && TAG.test(value);
}

/** The channel of a message. Undefined if it has none, or one against the grammar. */
export function channelIn({ channel }: Fields): string | undefined {
  return typeof channel === 'string' && canBeChannel(channel) ? channel : undefined;
}

/** Reads a position. Undefined for any other value. Only the beginning, at offset 0, has an empty tag. */
export function positionOf(value: unknown): Position | undefined {
  const { epoch, offset, tag } = recordOf(value);
  if (typeof epoch !== 'string' || !SHORT.test(epoch) || !isCount(offset)) return undefined;
  if (typeof tag !== 'string' || (offset === 0 ? tag !== '' : !isTag(tag))) return undefined;
  return { epoch, offset, tag };
}
