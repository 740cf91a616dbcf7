/** Everything that a test can do to a session from outside, over a transport: what makes the facts of a path happen. */
import type { Limits, Timer, Verdict } from '@sallyport/core';
import type { Data } from '@sallyport/protocol';

export type Act =
  /** The client says this, in one write. */
  | { readonly does: 'say'; readonly messages: readonly Data[] }
  /** The client is cut off. */
  | { readonly does: 'cut' }
  /** From here on the client does not do its half of a goodbye. */
  | { readonly does: 'fallSilent' }
  /** The client reads nothing any more, and is sent more than fits in between. */
  | { readonly does: 'fill' }
  /** The authenticator decides about the credentials it was asked about last; without a verdict it fails. */
  | { readonly does: 'decide'; readonly verdict: Verdict | undefined }
  /** The authenticator says this about an attempt that the session does not wait for any more; nothing may come of it. */
  | { readonly does: 'decideLate'; readonly attempt: number; readonly verdict: Verdict | undefined }
  /** The application answers the messages it holds, or fails at them. */
  | { readonly does: 'release' }
  | { readonly does: 'fail' }
  | { readonly does: 'close'; readonly text: string }
  | { readonly does: 'drain' }
  | { readonly does: 'revoke'; readonly user: string }
  | { readonly does: 'ring'; readonly timer: Timer }
  /** The sessions look round until something comes of it. */
  | { readonly does: 'sweep' }
  /** Nothing: it follows from the act before. */
  | { readonly does: 'nothing' };

/** One act and how many facts come of it. */
export interface Planned {
  readonly act: Act;
  readonly facts: number;
}

export interface Plan {
  readonly limits: Partial<Limits>;
  readonly acts: readonly Planned[];
  /** Whether the client can still be asked what it heard: not if it was flooded. */
  readonly isFlooded: boolean;
}

/** A message that the application holds until it is told to answer. */
export const HOLD = '(hold)';
/** Where a limit has to be met, it is met by this much. */
export const LARGEST = 1_000;
/** What a flood consists of. */
export const FLOOD = 'f';
