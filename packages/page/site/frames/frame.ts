/** A frame as the panel has it: what a page can see of what passes over its WebSockets. */
import type { Data } from '@sallyport/protocol';

/** One WebSocket, from its making to its end. */
export interface Connection {
  readonly number: number;
  readonly url: string;
  /** Milliseconds of the epoch. */
  readonly startedAt: number;
  openedAt?: number;
  closedAt?: number;
  /** What was agreed on; empty is the text protocol. */
  subprotocol: string;
}

export interface Frame {
  readonly connection: Connection;
  /** Milliseconds of the epoch. */
  readonly at: number;
  readonly direction: 'sent' | 'received';
  /** `open` and `close` are no frames of a page's own, but the places where it begins and ends. */
  readonly type: 'text' | 'binary' | 'open' | 'close';
  readonly data: Data;
  /** Of the payload, in bytes. */
  readonly length: number;
  /** Sent while nobody was signed in. */
  readonly isCredentials: boolean;
}

export const isMessage = ({ type }: Frame) => type === 'text' || type === 'binary';

const encoder = new TextEncoder();

export const bytesOf = (data: Data) => (typeof data === 'string' ? encoder.encode(data) : data);

export function base64(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}
