/**
 * A snapshot: a state of the table and a context, and nothing else, since there is one for each session.
 *
 * Immutable. A class, so that all that can be asked of a snapshot costs a session nothing.
 * Proven by: test/snapshots.test.ts, test/allocation.test.ts.
 */
import { matches, type State, type StateValue } from './state.ts';

export class TableSnapshot {
  readonly context: object;
  readonly #state: State;

  constructor(state: State, context: object) {
    this.#state = state;
    this.context = context;
  }

  /** The row that it stands in; for `step.ts` alone. */
  static stateOf(snapshot: TableSnapshot): State {
    return snapshot.#state;
  }

  get value(): StateValue {
    return this.#state.value;
  }

  get path(): string {
    return this.#state.path;
  }

  get status(): 'active' | 'done' {
    return this.#state.status;
  }

  get output(): unknown {
    return undefined;
  }

  get tags(): ReadonlySet<string> {
    return this.#state.tags;
  }

  hasTag(tag: string): boolean {
    return this.#state.tags.has(tag);
  }

  matches(value: unknown): boolean {
    return matches(this.#state.value, value);
  }

  toJSON(): object {
    const { value, context, status, output, tags } = this;
    return { value, context, status, output, tags: [...tags] };
  }
}

/** The last one of a machine that has an output; none of the others pays for it. */
export class CompletedSnapshot extends TableSnapshot {
  readonly #output: unknown;

  constructor(state: State, context: object, output: unknown) {
    super(state, context);
    this.#output = output;
  }

  override get output(): unknown {
    return this.#output;
  }
}
