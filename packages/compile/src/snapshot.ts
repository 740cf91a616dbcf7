/**
 * A snapshot: a row of the table and a context, and nothing else, since every session has one.
 *
 * Immutable. Its methods belong to the class, so they cost a session nothing.
 * Proven by: test/snapshots.test.ts, test/allocation.test.ts.
 */
import { matches, type State, type StateValue, tagsOf } from './state.ts';

export class TableSnapshot {
  readonly context: object;
  readonly #state: State;

  constructor(state: State, context: object) {
    this.#state = state;
    this.context = context;
  }

  /** The snapshot's row. For `step.ts` alone. */
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
    return tagsOf(this.#state);
  }

  hasTag(tag: string): boolean {
    return tagsOf(this.#state).has(tag);
  }

  matches(value: unknown): boolean {
    return matches(this.#state.value, value);
  }

  toJSON(): object {
    const { value, context, status, output, tags } = this;
    return { value, context, status, output, tags: [...tags] };
  }
}

/** The last snapshot of a machine with an output. The others do not pay for the field. */
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
