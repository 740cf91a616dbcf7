/** What a contract needs of the client's session. A session of `@sallyport/client` with `extensions: [requests()]` fits by structure. */
import type { Message } from '@sallyport/protocol';
import type { ClientChannel } from './client-channel.ts';

/** The options of one request. */
export interface RequestOptions {
  /** Cancels the request. */
  readonly signal?: AbortSignal;
  /** Milliseconds until the client gives up. Default: that of the session. */
  readonly timeoutMs?: number;
}

/** A session, as `contractClient` uses it. */
export interface ClientSession extends AsyncIterable<Message> {
  /** Sends a request, and resolves with its result. */
  request(
    method: string,
    params?: unknown,
    options?: RequestOptions & { readonly idempotent?: boolean },
  ): Promise<unknown>;
  /** The channel of this name. Only sessions with `extensions: [channels()]` have it. */
  channel?(name: string): ClientChannel;
  /** Sends a message. */
  send(message: Message): void;
  /** Adds a listener. Returns the function that removes it. */
  on(type: 'message', listener: (message: Message) => void): () => void;
}
