/** What `sallyport connect` was asked for, checked, with all files read: what both ways of talking begin with. */
import type { DeviceTokens } from '@sallyport/client';
import type { Dialer } from './dialer.ts';

export interface ConnectionPlan {
  readonly url: URL;
  readonly dialer: Dialer;
  readonly protocol: 'text' | 'json';
  /** Lines go as binary messages. */
  readonly isBinary: boolean;
  readonly showsFrames: boolean;
  readonly isQuiet: boolean;
  readonly username: string | undefined;
  readonly tokenFile: string | undefined;
  /** Where device tokens are kept from one run to the next. */
  readonly deviceTokens: DeviceTokens;
  /** Piped: how long to wait for replies that do not come. */
  readonly waitMs: number;
}

export const GOODBYE = 'you have enter "exit", goodbye';
