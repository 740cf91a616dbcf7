/** A row of the Frames panel: a message, or the open or close of a connection. A page cannot see single frames. */
import type { Data } from '@sallyport/protocol';

/** One WebSocket of the page. */
export interface Connection {
  readonly number: number;
  readonly url: string;
  /** Milliseconds since the epoch, as all times here. */
  readonly startedAt: number;
  openedAt?: number;
  closedAt?: number;
  /** The agreed subprotocol; empty for the text protocol. */
  subprotocol: string;
}

export interface Frame {
  readonly connection: Connection;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly direction: 'sent' | 'received';
  /** `open` and `close` mark where a connection begins and ends. */
  readonly type: 'text' | 'binary' | 'open' | 'close';
  readonly data: Data;
  /** Length of the payload in bytes. */
  readonly length: number;
  /** Sent before the sign-in. */
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
