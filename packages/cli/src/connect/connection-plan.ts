/** The checked options of `sallyport connect`, with all files read. Both clients, terminal and pipe, start from them. */
import type { DeviceTokens } from '@sallyport/client';
import type { Dialer } from './dialer.ts';
import type { GivenRequest } from './request-input.ts';

export interface ConnectionPlan {
  readonly url: URL;
  readonly dialer: Dialer;
  readonly protocol: 'text' | 'json';
  /** Send each line as a binary message. */
  readonly isBinary: boolean;
  /** Print each frame. */
  readonly showsFrames: boolean;
  /** Piped: print no prompts, and do not wait for each reply. */
  readonly isQuiet: boolean;
  /** The username; `undefined`: ask for it. */
  readonly username: string | undefined;
  /** The file with the token; `undefined`: sign in with a password. */
  readonly tokenFile: string | undefined;
  /** The upgrade request carries the credentials, so that the client asks for none. */
  readonly signsInByRequest: boolean;
  /** The one request to send; `undefined`: exchange messages. */
  readonly request: GivenRequest | undefined;
  /** The channels to read from the beginning. */
  readonly subscribe: readonly string[];
  /** The channel to which each line is published; `undefined`: lines are messages. */
  readonly publish: string | undefined;
  /** Keeps device tokens between runs. */
  readonly deviceTokens: DeviceTokens;
  /** Milliseconds to wait: in a pipe for the next reply, by default 5000; for the answer to `request` or a publication, by default 35 000. */
  readonly waitMs: number;
}

export const GOODBYE = 'you have enter "exit", goodbye';
