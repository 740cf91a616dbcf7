/** Everything that a test can do to a session from outside, over a transport, to cause the facts of a path. */
import type { Limits, Timer, Verdict } from '@sallyport/core';
import type { Data } from '@sallyport/protocol';

export type Act =
  /** The client sends these messages, in one write. */
  | { readonly does: 'send'; readonly messages: readonly Data[] }
  /** The client's connection breaks. */
  | { readonly does: 'cut' }
  /** From here on the client does not answer a close frame. */
  | { readonly does: 'fallSilent' }
  /** The client stops reading, and the server sends more than the buffers in between take. */
  | { readonly does: 'fill' }
  /** The authenticator decides on the latest credentials. Without a verdict it fails. */
  | { readonly does: 'decide'; readonly verdict: Verdict | undefined }
  /** The authenticator decides on an attempt that the session no longer waits for. It must have no effect. */
  | { readonly does: 'decideLate'; readonly attempt: number; readonly verdict: Verdict | undefined }
  /** The application answers the messages that it holds, or fails. */
  | { readonly does: 'release' }
  | { readonly does: 'fail' }
  | { readonly does: 'close'; readonly text: string }
  | { readonly does: 'drain' }
  | { readonly does: 'revoke'; readonly user: string }
  | { readonly does: 'ring'; readonly timer: Timer }
  /** The sessions sweep until a fact follows. */
  | { readonly does: 'sweep' }
  /** Nothing: the fact follows from the act before. */
  | { readonly does: 'nothing' };

/** One act, and the number of facts that it causes. */
export interface Planned {
  readonly act: Act;
  readonly facts: number;
}

export interface Plan {
  readonly limits: Partial<Limits>;
  readonly acts: readonly Planned[];
  /** Whether the client was flooded. Then a story cannot compare what it received. */
  readonly isFlooded: boolean;
}

/** A message that the application does not answer until the act `release`. */
export const HOLD = '(hold)';
/** The limits of message sizes in a plan, in bytes. */
export const LARGEST = 1_000;
/** The character that a flood consists of. */
export const FLOOD = 'f';
