/**
 * The drive: how a client's machine is stepped. One fact at a time: a step is one look-up and then its commands, in order,
 * to the end; a fact that arrives meanwhile is taken next, and none once it is over. What the commands do is `live-session.ts`.
 */
import { compileDescription, type Snapshot } from '@sallyport/compile';
import type { Command } from './commands.ts';
import { description } from './description.ts';
import type { Fact } from './facts.ts';
import type { ClientTag, clientMachine, StateName } from './machine.ts';
import type { ClientInput } from './machine-functions.ts';

/** Ahead of time: who only talks needs no XState. */
const table = compileDescription<typeof clientMachine>(description);

export abstract class Drive {
  #snapshot: Snapshot<typeof clientMachine> | undefined;
  #isStepping = false;
  readonly #arrived: Fact[] = [];

  get path(): StateName {
    return (this.#snapshot?.path ?? 'connecting.asking') as StateName;
  }

  protected is(tag: ClientTag): boolean {
    return this.#snapshot?.hasTag(tag) ?? false;
  }

  protected start(input: ClientInput): void {
    this.#step(undefined, (commands) => table.start(input, commands));
    this.#proceed();
  }

  protected take(fact: Fact): void {
    this.#arrived.push(fact);
    if (!this.#isStepping && this.#snapshot) this.#proceed();
  }

  #proceed(): void {
    for (let next = this.#arrived.shift(); next; next = this.#arrived.shift()) {
      const before = this.#snapshot;
      const one = next;
      if (before && before.status !== 'done')
        this.#step(one.type, (commands) => table.step(before, one, commands));
    }
  }

  protected abstract run(command: Command): void;
  /** After the commands of a step that led to another state. `fact` led there; at the start there is none. */
  protected abstract entered(from: StateName, wasOpen: boolean, fact: Fact['type'] | undefined): void;

  #step(fact: Fact['type'] | undefined, look: (commands: Command[]) => Snapshot<typeof clientMachine>): void {
    const [from, wasOpen] = [this.path, this.is('open')];
    const commands: Command[] = [];
    this.#isStepping = true;
    // Nothing is meant to throw in here; but what does must not leave a session that takes no fact any more.
    try {
      this.#snapshot = look(commands);
      for (const command of commands) this.run(command);
      if (this.path !== from) this.entered(from, wasOpen, fact);
    } finally {
      this.#isStepping = false;
    }
  }
}
