/** The checked options of `sallyport connect`, with all files read. Both clients, terminal and pipe, start from them. */
import type { DeviceTokens } from '@sallyport/client';
import type { Dialer } from './dialer.ts';

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
  /** Keeps device tokens between runs. */
  readonly deviceTokens: DeviceTokens;
  /** Piped: milliseconds to wait for the next reply. Default 5000. */
  readonly waitMs: number;
}

export const GOODBYE = 'you have enter "exit", goodbye';
