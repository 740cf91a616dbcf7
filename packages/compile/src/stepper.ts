/**
 * The stepper: takes facts for a machine by the drive law, for servers and clients alike.
 *
 * The drive law. One fact at a time: a step is one look-up, and then its commands in order, to the end. A fact that arrives
 * during a step is taken next. A fact that arrives before the start waits for it. After the end no fact is taken. What an
 * engine or a command throws breaks its own session and reaches no other code.
 *
 * One stepper serves all sessions of a server. What it must remember of a session stands in the session itself, so an idle
 * session costs no further object. Proven by: the session stories of core and client.
 */

/** What is stepped: a session. Only the stepper writes the first three fields. */
export interface Stepped<Snapshot, Fact, Command> {
  /** Where the machine stands; undefined before the start. */
  snapshot: Snapshot | undefined;
  isStepping: boolean;
  /** Facts that arrived during a step or before the start; undefined while there are none. */
  arrived: Fact[] | undefined;
  /** No further fact is taken. */
  readonly isOver: boolean;
  /** The snapshot has changed. The commands of the step have not run yet. */
  entered(before: Snapshot | undefined): void;
  run(command: Command): void;
  /** The commands of the step have run. `fact` is undefined for the start. */
  stepped(before: Snapshot | undefined, fact: Fact | undefined): void;
  /** A fact that waited elsewhere and can be taken now; asked after every step until there is none. */
  next(): Fact | undefined;
  /** Something threw. The session must end without its machine: `isOver` holds from now on. */
  broken(error: unknown): void;
}

/** What runs the machine: `CompiledMachine` fits, and so does anything with these two functions. */
export interface Steps<Snapshot, Fact, Command, Input> {
  /** The first snapshot. Appends what the machine commands. */
  start(input: Input, commands: Command[]): Snapshot;
  /** The snapshot after a fact. Appends what the machine commands. */
  step(snapshot: Snapshot, fact: Fact, commands: Command[]): Snapshot;
}

/** Told of every fact before the machine takes it, and of every command before it runs. */
export interface StepWatcher<Owner, Fact, Command> {
  readonly fact?: ((owner: Owner, fact: Fact) => void) | undefined;
  readonly command?: ((owner: Owner, command: Command) => void) | undefined;
}

export class Stepper<Snapshot, Fact, Command, Input, Owner extends Stepped<Snapshot, Fact, Command>> {
  readonly #machine: Steps<Snapshot, Fact, Command, Input>;
  readonly #watcher: StepWatcher<Owner, Fact, Command>;
  /** Lists of commands that no step uses. More than one only where a step of one session causes one of another. */
  readonly #spares: Command[][] = [];

  constructor(
    machine: Steps<Snapshot, Fact, Command, Input>,
    watcher: StepWatcher<Owner, Fact, Command> = {},
  ) {
    this.#machine = machine;
    this.#watcher = watcher;
  }

  /** The first step. Facts that arrived before it are taken behind it. */
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

  /** Takes a fact: now, next if a step is under way, or behind the start. */
  take(owner: Owner, fact: Fact): void {
    if (owner.isOver) return;
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
    // One by one: V8 keeps the store of an array that is emptied so, and throws it away at `length = 0`.
    while (commands.pop());
    this.#spares.push(commands);
    owner.stepped(before, fact);
  }

  /** Takes what has come up meanwhile: facts first, then what waits elsewhere. */
  #proceed(owner: Owner): void {
    while (!owner.isOver) {
      const fact = owner.arrived?.shift() ?? owner.next();
      if (fact === undefined) break;
      this.#step(owner, owner.snapshot as Snapshot, fact);
    }
    owner.arrived = undefined;
    owner.isStepping = false;
  }
}
