/**
 * The drive: how a session's machine is stepped. What the commands do is `session.ts`.
 *
 * The drive law. One fact at a time: a step is one look-up and then its commands, in order, to the end. A fact that
 * arrives meanwhile is taken next. No step stops half-way: whoever runs a command catches what others throw in it. What
 * is thrown all the same, by an engine or a clock, ends this session and escapes to nobody.
 *
 * Proven by: test/session/*.test.ts, test/invariants.test.ts.
 */
import type { Command } from './commands.ts';
import type { Connection } from './connection.ts';
import { type Snapshot, stateName } from './engine.ts';
import type { Fact } from './facts.ts';
import type { House } from './house.ts';
import type { StateName } from './machine.ts';
import { Outlet } from './outlet.ts';
import { afterTheEnd, beforeTheStart, type Traits, traitsOf } from './traits.ts';

/** Lists of commands that no step uses. More than one only where a step of one session causes one of another. */
const spares: Command[][] = [];

export abstract class Drive extends Outlet {
  protected readonly house: House;
  /** None until it is started. */
  #snapshot: Snapshot | undefined;
  #isStepping = false;
  /** Facts that arrived during a step, or before the start. */
  #arrived: Fact[] | undefined;
  protected traits: Traits = beforeTheStart;

  constructor(house: House, connection: Connection) {
    super(connection);
    this.house = house;
  }

  get state(): StateName {
    return this.#snapshot ? stateName(this.#snapshot) : 'authenticating.awaitingCredentials';
  }

  protected get isStepping(): boolean {
    return this.#isStepping;
  }

  protected get isStarted(): boolean {
    return this.#snapshot !== undefined;
  }

  protected start(): void {
    this.#isStepping = true;
    try {
      const commands = spares.pop() ?? [];
      const { engine, limits } = this.house;
      this.#conclude(engine.start({ attempts: limits.attempts }, commands), commands);
      this.#proceed();
    } catch (error) {
      this.#break(error);
    }
  }

  /** Takes a fact: now, or during a step next, or before the start then. */
  take(fact: Fact): void {
    if (this.traits.isOver) return;
    if (this.#isStepping || !this.#snapshot) {
      this.#arrived ??= [];
      this.#arrived.push(fact);
      return;
    }
    this.#isStepping = true;
    try {
      this.#step(this.#snapshot, fact);
      this.#proceed();
    } catch (error) {
      this.#break(error);
    }
  }

  protected abstract run(command: Command): void;
  /** Another state than before: what holds may have changed. */
  protected abstract entered(): void;
  /** What has waited and is a fact now, if anything is. */
  protected abstract next(): Fact | undefined;
  protected abstract ended(): void;
  /** It can be stepped no more, and has to end without the machine. */
  protected abstract broken(error: unknown): void;
  protected abstract observe(name: 'fact', fact: Fact): void;
  protected abstract observe(name: 'command', command: Command): void;
  protected abstract observe(name: 'transition', from: StateName, to: StateName): void;

  #step(before: Snapshot, fact: Fact): void {
    if (this.house.observe.fact) this.observe('fact', fact);
    const commands = spares.pop() ?? [];
    this.#conclude(this.house.engine.step(before, fact, commands), commands);
  }

  #conclude(after: Snapshot, commands: Command[]): void {
    if (after !== this.#snapshot) this.#enter(after);
    for (const command of commands) {
      if (this.house.observe.command) this.observe('command', command);
      this.run(command);
    }
    // One by one: V8 keeps the store of an array that is emptied so, and throws it away at `length = 0`.
    while (commands.pop());
    spares.push(commands);
    if (this.traits.isOver) this.ended();
  }

  #enter(snapshot: Snapshot): void {
    // Only for whoever asks: the name of a state is put together anew each time.
    const from = this.house.observe.transition && this.#snapshot && this.state;
    this.#snapshot = snapshot;
    this.traits = traitsOf(snapshot);
    this.entered();
    if (from && from !== this.state) this.observe('transition', from, this.state);
  }

  /** Takes what has come up meanwhile: facts first, then what waits and can now be read. */
  #proceed(): void {
    while (!this.traits.isOver) {
      const fact = this.#arrived?.shift() ?? this.next();
      if (!fact) break;
      this.#step(this.#snapshot as Snapshot, fact);
    }
    this.#arrived = undefined;
    this.#isStepping = false;
  }

  #break(error: unknown): void {
    this.traits = afterTheEnd;
    this.broken(error);
  }
}
