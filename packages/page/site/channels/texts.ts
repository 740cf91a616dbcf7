/** The texts for the states and errors of channels. The compiler requires one for each. */
import type { ChannelState } from '@sallyport/client';
import { channelErrors, type RequestError, requestErrors, unsubscribeReasons } from '@sallyport/protocol';

/** The colour of each state: idle, busy, good or bad. */
export const moods: Readonly<Record<ChannelState, string>> = {
  unsubscribed: 'idle',
  subscribing: 'busy',
  live: 'good',
  recovering: 'busy',
  lost: 'bad',
};

/** What the panel says while it shows no channel. */
export const hints = {
  text: 'Channels are part of the protocol sallyport.v1. The text protocol has no messages for them: sign out and choose sallyport.v1 to use them.',
  signedOut:
    'Sign in, and subscribe to a channel. What you publish appears in every tab that has subscribed to it.',
  ready: 'Subscribe to a channel. Do the same in a second tab, and the two tabs talk to each other.',
} as const;

export const LOST = 'Some publications are lost. The next ones follow here.';

/** What happened in words, with its code: "the user may not do this in this channel (forbidden)". */
export function errorText({ code, message }: Pick<RequestError, 'code' | 'message'>): string {
  return message === code ? code : `${message} (${code})`;
}

/** Why the server ended a subscription or refused it, in words. */
export function endText(code: string): string {
  const all: Readonly<Record<string, { readonly message: string }>> = {
    ...requestErrors,
    ...channelErrors,
    ...unsubscribeReasons,
  };
  const text = Object.hasOwn(all, code) ? all[code]?.message : undefined;
  return `Not subscribed: ${text === undefined ? code : `${text} (${code})`}.`;
}
