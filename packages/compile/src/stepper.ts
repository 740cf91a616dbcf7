/**
 * The stepper: gives facts to a machine by the drive law, for servers and clients alike.
 *
 * The drive law. One fact at a time: a step is one look-up in the table, and then its commands in order, to the end. A fact that
 * arrives during a step is taken next. A fact that arrives before the start waits for the start. After the end no fact is taken.
 * If a machine or a command throws, its own session ends, and the error reaches no other code.
 *
 * One stepper serves all sessions of a server. A session itself holds what the stepper must remember about it, so an idle
 * session costs no further object. Proven by: test/stepper.test.ts, and the session stories of core and client.
 */

/** What the stepper steps: a session. Only the stepper writes the first three fields. */
export interface Stepped<Snapshot, Fact, Command> {
  /** The machine's current snapshot. Undefined before the start. */
  snapshot: Snapshot | undefined;
  /** Whether a step is under way. */
  isStepping: boolean;
  /** Facts that arrived during a step or before the start. Undefined while there are none. */
  arrived: Fact[] | undefined;
  /** Whether the session has ended. Once it is true, the stepper takes no further fact. */
  readonly hasEnded: boolean;
  /** The stepper calls it when the snapshot has changed. The commands of the step have not run yet. */
  entered(before: Snapshot | undefined): void;
  /** Runs one command. */
  run(command: Command): void;
  /** The stepper calls it when all commands of a step have run. `fact` is undefined for the start. */
  stepped(before: Snapshot | undefined, fact: Fact | undefined): void;
  /** Returns a fact that waited elsewhere and can be taken now, or undefined. The stepper calls it after every step. */
  next(): Fact | undefined;
  /** Ends the session without its machine, after something threw. `hasEnded` must be true from then on. */
  broken(error: unknown): void;
}

/** What runs the machine. A `CompiledMachine` fits, and so does any object with these two functions. */
export interface Steps<Snapshot, Fact, Command, Input> {
  /** Returns the first snapshot. Appends the machine's commands to `commands`. */
  start(input: Input, commands: Command[]): Snapshot;
  /** Returns the snapshot after a fact. Appends the machine's commands to `commands`. */
  step(snapshot: Snapshot, fact: Fact, commands: Command[]): Snapshot;
}

/** Functions that observe the steps. If one throws, the session ends as if a command had thrown. */
export interface StepWatcher<Owner, Fact, Command> {
  /** Called with each fact before the machine takes it. */
  readonly fact?: ((owner: Owner, fact: Fact) => void) | undefined;
  /** Called with each command before it runs. */
  readonly command?: ((owner: Owner, command: Command) => void) | undefined;
}

/** Steps sessions by the drive law. One stepper serves any number of sessions of one machine. */
export class Stepper<Snapshot, Fact, Command, Input, Owner extends Stepped<Snapshot, Fact, Command>> {
  readonly #machine: Steps<Snapshot, Fact, Command, Input>;
  readonly #watcher: StepWatcher<Owner, Fact, Command>;
  /** Lists of commands that no step uses now. There are several only if a step of one session has caused one of another. */
  readonly #spares: Command[][] = [];

  constructor(
    machine: Steps<Snapshot, Fact, Command, Input>,
    watcher: StepWatcher<Owner, Fact, Command> = {},
  ) {
    this.#machine = machine;
    this.#watcher = watcher;
  }

  /** Takes the first step, and then the facts that arrived before it. Call it once for each owner. */
  start(owner: Owner, input: Input): void {
    owner.isStepping = true;
    try {
      const commands = this.#spares.pop() ?? [];
      this.#conclude(owner, this.#machine.start(input, commands), commands, undefined);
      this.#proceed(owner);
    } catch (error) {
      owner.broken(error);
    }
  }

  /**
   * Takes a fact: now, after the current step if one is under way, or after the start. Ignores it if the session has ended.
   * Never throws what the machine or a command throws: `owner.broken` gets it.
   */
  take(owner: Owner, fact: Fact): void {
    if (owner.hasEnded) return;
    if (owner.isStepping || owner.snapshot === undefined) {
      owner.arrived ??= [];
      owner.arrived.push(fact);
      return;
    }
    owner.isStepping = true;
    try {
      this.#step(owner, owner.snapshot, fact);
      this.#proceed(owner);
    } catch (error) {
      owner.broken(error);
    }
  }

  /**
   * Takes the short way of a step that emits one command and changes nothing (`emitsOnly` of the table): runs `command` with the
   * owner and `value` in place of the step. Call it only between steps, where `take` would begin one. The drive law holds: facts that
   * arrive meanwhile are taken afterwards, and what `command` throws goes to `owner.broken`. Neither the watcher nor `entered`
   * nor `stepped` is called.
   */
  pass<Passing extends Owner, Value>(
    owner: Passing,
    command: (owner: Passing, value: Value) => void,
    value: Value,
  ): void {
    owner.isStepping = true;
    try {
      command(owner, value);
      this.#proceed(owner);
    } catch (error) {
      owner.broken(error);
    }
  }

  #step(owner: Owner, before: Snapshot, fact: Fact): void {
    this.#watcher.fact?.(owner, fact);
    const commands = this.#spares.pop() ?? [];
    this.#conclude(owner, this.#machine.step(before, fact, commands), commands, fact);
  }

  #conclude(owner: Owner, after: Snapshot, commands: Command[], fact: Fact | undefined): void {
    const before = owner.snapshot;
    if (after !== before) {
      owner.snapshot = after;
      owner.entered(before);
    }
    for (const command of commands) {
      this.#watcher.command?.(owner, command);
      owner.run(command);
    }
    // One by one: V8 keeps the memory of an array that `pop` empties, and frees it at `length = 0`.
    while (commands.length > 0) commands.pop();
    this.#spares.push(commands);
    owner.stepped(before, fact);
  }

  /** Takes the facts that have arrived meanwhile, and then those that waited elsewhere. */
  #proceed(owner: Owner): void {
    while (!owner.hasEnded) {
      const { arrived } = owner;
      const hasArrived = arrived !== undefined && arrived.length > 0;
      const fact = hasArrived ? arrived.shift() : owner.next();
      // An arrived fact is taken whatever it is: `undefined` means "none" from `next` alone.
      if (!hasArrived && fact === undefined) break;
      this.#step(owner, owner.snapshot as Snapshot, fact as Fact);
    }
    owner.arrived = undefined;
    owner.isStepping = false;
  }
}
