/**
 * Publishes, and sends a publication again while it is not known to be made, with the same key, so the server makes it once.
 *
 * A publication waits for its turn until those before it in its channel are settled (`turns.ts`): else one that is sent again would come
 * behind them. It is encoded when the program publishes it, so later changes of its data change nothing.
 *
 * Proven by: test/channels/publishing.test.ts.
 */
import {
  type ChannelOperation,
  canBeKey,
  operationEncoder,
  type Position,
  RequestError,
} from '@sallyport/protocol';
import type { SessionLink } from '../extension.ts';
import { checkNames } from '../option-names.ts';
import { NotSentError } from '../session-errors.ts';
import type { Presence, PublishOptions } from './channel.ts';
import type { OperationOutcome, Operations } from './operations.ts';
import { mayRetryLater, type RetryTimer } from './retrying.ts';
import type { Turns } from './turns.ts';

/** What the sending of operations needs. */
export interface PublishingOwner {
  readonly link: SessionLink;
  readonly operations: Operations;
  readonly retryTimer: RetryTimer;
  /** The publications of each channel, in order. */
  readonly turns: Turns;
  /** Rejects each operation that has not been answered when the session ends. */
  readonly endings: Set<() => void>;
}

const names: Readonly<Record<keyof PublishOptions, true>> = { key: true, timeoutMs: true };
const DEFAULT_TIMEOUT_MS = 35_000;
/** The server remembers a key for 60 s. */
const LONGEST_TIMEOUT_MS = 60_000;
/** Publications and questions for the presence, of all channels of a session, that are not settled yet. */
const MOST_UNSETTLED = 1_000;

/** Publishes. Rejects as `Channel.publish` says. */
export async function publish(
  owner: PublishingOwner,
  channel: string,
  data: unknown,
  options: PublishOptions = {},
): Promise<Position> {
  if (typeof options !== 'object' || options === null)
    throw new TypeError('publish(data, options): the options must be an object');
  checkNames(options, Object.keys(names), 'publish');
  const { key = randomKey(), timeoutMs = DEFAULT_TIMEOUT_MS } = options;
  if (typeof key !== 'string' || !canBeKey(key))
    throw new TypeError('key must have 1 to 64 printable characters of ASCII, without the space');
  if (typeof timeoutMs !== 'number' || !(timeoutMs > 0 && timeoutMs <= LONGEST_TIMEOUT_MS))
    throw new TypeError(`timeoutMs must be a number of milliseconds above 0, at most ${LONGEST_TIMEOUT_MS}`);
  const result = await repeat(owner, { type: 'publish', channel, data, key }, timeoutMs);
  if (result.type !== 'published') throw new RequestError('internal');
  return result.position;
}

/** Asks for the presence. */
export async function presence(owner: PublishingOwner, channel: string): Promise<Presence> {
  const result = await repeat(owner, { type: 'presence', channel }, DEFAULT_TIMEOUT_MS);
  if (result.type !== 'presence') throw new RequestError('internal');
  return { count: result.count, users: result.users };
}

type Result = Extract<OperationOutcome, { readonly result: unknown }>['result'];

/** Sends the operation until it has an answer that would not be another the next time, or the time is over. */
function repeat(
  { link, operations, retryTimer, turns, endings }: PublishingOwner,
  operation: ChannelOperation,
  timeoutMs: number,
): Promise<Result> {
  return new Promise((resolve, reject) => {
    if (link.readiness === 'ended') throw new NotSentError('ended', link.state);
    if (endings.size >= MOST_UNSETTLED)
      throw new RequestError('tooManyRequests', `${MOST_UNSETTLED} operations have no answer yet`);
    const encode = operationEncoder(operation);
    let id = 0;
    let failures = 0;
    let isSettled = false;
    let stopRetry = () => {};
    let leave = () => {};
    const settle = (conclude: () => void) => {
      if (isSettled) return;
      isSettled = true;
      stopRetry();
      link.clock.clearTimeout(timeout);
      endings.delete(ended);
      conclude();
      leave();
    };
    const ended = () => settle(() => reject(new NotSentError('ended', link.state)));
    const timeout = link.clock.setTimeout(() => {
      settle(() => {
        reject(new RequestError('timedOut', `no answer within ${timeoutMs} ms`));
        // Before the next one has its turn.
        operations.cancel(id);
      });
    }, timeoutMs);
    endings.add(ended);
    const attempt = () => {
      id = operations.start(encode, (outcome) => {
        if (isSettled) return;
        if (outcome === 'lost') attempt();
        else if ('result' in outcome) settle(() => resolve(outcome.result));
        else if (outcome.error.code !== 'cancelled' && mayRetryLater(outcome.error.code)) {
          failures += 1;
          stopRetry = retryTimer(failures, attempt);
        } else settle(() => reject(outcome.error));
      });
    };
    if (operation.type === 'publish') leave = turns.take(operation.channel, attempt);
    else attempt();
  });
}

/** 96 random bits, as hexadecimal digits. */
function randomKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
