/**
 * One reader of a channel, with the items that it has not consumed yet. Bounded.
 *
 * A reader takes a publication only if it follows the last one that the reader has, and if there is room. So a reader that is too slow
 * keeps what it has and stands behind the channel. When it has consumed that, the channel recovers the rest for it. A
 * publication that comes again is dropped. Proven by: test/channels/reading.test.ts.
 */
import type { Position, ReceivedPublication } from '@sallyport/protocol';
import type { ChannelItem } from './channel.ts';

type Result = IteratorResult<ChannelItem, undefined>;
const DONE: Result = { done: true, value: undefined };

interface Waiting {
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

export class Reader implements AsyncIterator<ChannelItem, undefined> {
  readonly #bound: number;
  readonly #onChange: (reader: Reader, hasEnded: boolean) => void;
  readonly #items: ChannelItem[] = [];
  readonly #waiting: Waiting[] = [];
  /** The last publication that the reader took. Undefined before the channel is live. */
  position: Position | undefined;
  #end: { readonly error: unknown } | undefined;

  /** `onChange` is called when the reader has consumed all that it has, and when the program stops it. */
  constructor(bound: number, onChange: (reader: Reader, hasEnded: boolean) => void) {
    this.#bound = bound;
    this.#onChange = onChange;
  }

  /** Whether the program waits for an item. */
  get isWaiting(): boolean {
    return this.#waiting.length > 0;
  }

  /** Takes the publication, unless it does not follow, came before, or there is no room. */
  take(epoch: string, { offset, tag, user, data }: ReceivedPublication): void {
    const { position } = this;
    if (position && (position.epoch !== epoch || offset !== position.offset + 1)) return;
    if (this.#items.length >= this.#bound) return;
    this.position = { epoch, offset, tag };
    this.#put({ type: 'publication', position: this.position, user, data });
  }

  /** Some publications are lost for this reader. */
  lose(position: Position): void {
    this.position = position;
    // One such item says all.
    if (this.#items.at(-1)?.type === 'lost') this.#items.pop();
    this.#put({ type: 'lost', position });
  }

  /** Ends the reading, once all items are consumed: with an error, or without one if that is undefined. */
  end(error: unknown): void {
    this.#end ??= { error };
    for (const waiting of this.#waiting.splice(0)) this.#conclude(waiting);
  }

  next(): Promise<Result> {
    return new Promise((resolve, reject) => {
      const value = this.#items.shift();
      if (value) resolve({ done: false, value });
      else if (this.#end) this.#conclude({ resolve, reject });
      else {
        this.#waiting.push({ resolve, reject });
        this.#onChange(this, false);
      }
    });
  }

  async return(): Promise<Result> {
    this.#items.length = 0;
    this.#end = { error: undefined };
    this.end(undefined);
    this.#onChange(this, true);
    return DONE;
  }

  #put(value: ChannelItem): void {
    const waiting = this.#waiting.shift();
    if (waiting) waiting.resolve({ done: false, value });
    else this.#items.push(value);
  }

  /** An error is told once. */
  #conclude({ resolve, reject }: Waiting): void {
    const error = this.#end?.error;
    this.#end = { error: undefined };
    if (error === undefined) resolve(DONE);
    else reject(error);
  }
}
