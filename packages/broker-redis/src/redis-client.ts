/**
 * What the broker needs of a library for Redis: a port. A client of `@redis/client` 6 fits as it is; another library needs a few lines.
 *
 * The broker makes two clients at a time, one for commands and one for subscriptions. When one has ended, it destroys both and makes new
 * ones.
 */

/** One connection to Redis. The broker uses it for commands or for subscriptions, and never for both. */
export interface RedisClient {
  /** Connects and signs in. Rejects if it cannot. */
  connect(): Promise<unknown>;
  /** Sends a command. Resolves with the reply, or rejects with what Redis said. Sends commands in the order of the calls. */
  sendCommand(args: readonly string[]): Promise<unknown>;
  /** Subscribes to channels of pub/sub. Resolves once Redis has confirmed all of them. */
  subscribe(channels: string[], listener: (message: string, channel: string) => unknown): Promise<unknown>;
  /** Ends subscriptions. `listener` is that of `subscribe`. */
  unsubscribe(channels: string[], listener: (message: string, channel: string) => unknown): Promise<unknown>;
  /** Reports that the connection has ended. */
  on(event: 'error', listener: (error: Error) => unknown): unknown;
  /** Closes the connection at once. Throws if there is none. */
  destroy(): void;
}
