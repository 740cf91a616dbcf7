/** The facts and commands of a client's channel machine: what happened to a channel, and what follows. */
import type { Position, ReceivedPublication } from '@sallyport/protocol';

/** What happened to a channel. */
export type ChannelFact =
  /** The program reads the channel. */
  | { readonly type: 'subscription.wanted' }
  /** The program does not read the channel any more. */
  | { readonly type: 'subscription.unwanted' }
  /** A reader has consumed all that it has, and stands at this position, before that of the channel. */
  | { readonly type: 'catchUp.requested'; readonly position: Position }
  | {
      readonly type: 'subscribe.succeeded';
      readonly position: Position;
      /** Whether `publications` are all that was published since the position that the client gave. */
      readonly recovered: boolean;
      readonly publications: readonly ReceivedPublication[];
    }
  /** `again`: the server has a subscription of this channel already. `later`: it may work after a while. */
  | { readonly type: 'subscribe.failed'; readonly code: string; readonly retry: 'never' | 'later' | 'again' }
  /** The server has answered: the subscription is no more. */
  | { readonly type: 'unsubscribe.settled' }
  | { readonly type: 'publication.received'; readonly publication: ReceivedPublication }
  /** The server has subscribed the client by itself, or again. */
  | { readonly type: 'subscribed.received'; readonly position: Position }
  | { readonly type: 'lost.received'; readonly position: Position }
  /** The server has ended the subscription. `later`: the client may subscribe again by itself. */
  | { readonly type: 'unsubscribed.received'; readonly code: string; readonly retry: 'never' | 'later' }
  | { readonly type: 'retry.timedOut' }
  /** The connection is lost. Another one may follow. `isRead`: the program reads the channel. */
  | { readonly type: 'connection.lost'; readonly isRead: boolean }
  /** The session is signed out or closed. */
  | { readonly type: 'session.ended' };

/** A fact of one type. */
export type ChannelFactOf<Type extends ChannelFact['type']> = Extract<ChannelFact, { readonly type: Type }>;

/** What a channel's machine commands. */
export type ChannelCommand =
  /** Subscribe, as soon as the session is ready. `since` is undefined where nothing is to be recovered. */
  | { readonly type: 'subscribe'; readonly since: Position | undefined }
  | { readonly type: 'unsubscribe' }
  /** Take the subscribe back that has no answer yet. */
  | { readonly type: 'cancel' }
  /** Give the publications to the readers. They are of this epoch. */
  | {
      readonly type: 'deliver';
      readonly epoch: string;
      readonly publications: readonly ReceivedPublication[];
    }
  /** Tell readers that publications are lost: those that stand at `from`, or all. They go on behind `position`. */
  | { readonly type: 'tellLost'; readonly position: Position; readonly from: Position | undefined }
  /** End the readers: with an error of this code, or without one. */
  | { readonly type: 'end'; readonly code: string | undefined }
  /** Start the timer of the next attempt. `failures` is the number of attempts that failed in a row. */
  | { readonly type: 'arm'; readonly failures: number }
  | { readonly type: 'disarm' };
