/** The stepper's law, story by story. The machine here is a plain function, so that each story shows it. */
import { describe, expect, it } from 'vitest';
import { emit, setup } from 'xstate';
import { compile, type Stepped, Stepper, type Steps, type StepWatcher } from '../src/index.ts';

type Machine = Steps<string, string, string, string>;

/** Logs everything that the stepper does with it. */
class Session implements Stepped<string, string, string> {
  snapshot: string | undefined;
  isStepping = false;
  arrived: string[] | undefined;
  hasEnded = false;
  readonly log: string[] = [];
  readonly waiting: string[] = [];
  readonly #onCommand: (command: string, session: Session) => void;

  constructor(onCommand: (command: string, session: Session) => void = () => {}) {
    this.#onCommand = onCommand;
  }

  entered(before: string | undefined): void {
    this.log.push(`${before} -> ${this.snapshot}`);
  }
  run(command: string): void {
    this.log.push(`run ${command}`);
    this.#onCommand(command, this);
  }
  stepped(before: string | undefined, fact: string | undefined): void {
    this.log.push(`stepped from ${before} by ${fact}`);
  }
  next(): string | undefined {
    return this.waiting.shift();
  }
  broken(error: unknown): void {
    this.log.push(`broken: ${(error as Error).message}`);
    this.hasEnded = true;
  }
}

/** Each fact `x` leads to the snapshot `after x`, with the commands listed for it. `stay` changes nothing. */
const machineWith = (commandsFor: Record<string, readonly string[]> = {}): Machine => ({
  start(input, commands) {
    commands.push(...(commandsFor[input] ?? []));
    return `started with ${input}`;
  },
  step(snapshot, fact, commands) {
    if (fact === 'throw') throw new Error('the machine threw');
    commands.push(...(commandsFor[fact] ?? []));
    return fact === 'stay' ? snapshot : `after ${fact}`;
  },
});

function stepperOf(machine: Machine, watcher?: StepWatcher<Session, string, string>) {
  return new Stepper<string, string, string, string, Session>(machine, watcher);
}

/** A session that has started; its log begins after the start. */
function started(stepper: ReturnType<typeof stepperOf>, session = new Session()): Session {
  stepper.start(session, 'input');
  session.log.length = 0;
  return session;
}

describe('a step', () => {
  it('a step changes the snapshot first, then runs the commands in order, then reports that it has finished', () => {
    const stepper = stepperOf(machineWith({ a: ['one', 'two'] }));
    const session = started(stepper);
    stepper.take(session, 'a');
    expect(session.log).toEqual([
      'started with input -> after a',
      'run one',
      'run two',
      'stepped from started with input by a',
    ]);
    expect(session.snapshot).toBe('after a');
    expect(session.isStepping).toBe(false);
  });

  it('a step does not report a change if the snapshot is the same', () => {
    const stepper = stepperOf(machineWith({ stay: ['one'] }));
    const session = started(stepper);
    stepper.take(session, 'stay');
    expect(session.log).toEqual(['run one', 'stepped from started with input by stay']);
  });

  it('a step runs every command once, also commands that are undefined or empty', () => {
    const commands = ['first', '', undefined as unknown as string, 'last', ''];
    const stepper = stepperOf(machineWith({ a: commands }));
    const session = started(stepper);
    stepper.take(session, 'a');
    session.log.length = 0;
    stepper.take(session, 'b');
    expect(session.log).toEqual(['after a -> after b', 'stepped from after a by b']);
  });
});

describe('the start', () => {
  it('the start gives the input to the machine, runs the commands, and reports no fact', () => {
    const stepper = stepperOf(machineWith({ input: ['hello'] }));
    const session = new Session();
    stepper.start(session, 'input');
    expect(session.log).toEqual([
      'undefined -> started with input',
      'run hello',
      'stepped from undefined by undefined',
    ]);
  });

  it('the start comes before facts that arrived earlier, which are then taken in order', () => {
    const stepper = stepperOf(machineWith());
    const session = new Session();
    stepper.take(session, 'early');
    stepper.take(session, 'second');
    expect(session.log).toEqual([]);
    stepper.start(session, 'input');
    expect(session.log.filter((line) => line.startsWith('stepped'))).toEqual([
      'stepped from undefined by undefined',
      'stepped from started with input by early',
      'stepped from after early by second',
    ]);
    expect(session.arrived).toBeUndefined();
  });

  it('an error at the start ends the session, which takes no fact that arrived earlier', () => {
    const stepper = stepperOf({
      ...machineWith(),
      start: () => {
        throw new Error('no start');
      },
    });
    const session = new Session();
    stepper.take(session, 'early');
    stepper.start(session, 'input');
    expect(session.log).toEqual(['broken: no start']);
    stepper.take(session, 'late');
    expect(session.log).toHaveLength(1);
  });
});

describe('a fact that arrives during a step', () => {
  it('a fact that a command causes is taken after all commands of that step', () => {
    const stepper = stepperOf(machineWith({ a: ['cause b', 'two'] }));
    const session = new Session((command) => {
      if (command === 'cause b') stepper.take(session, 'b');
    });
    started(stepper, session);
    stepper.take(session, 'a');
    expect(session.log).toEqual([
      'started with input -> after a',
      'run cause b',
      'run two',
      'stepped from started with input by a',
      'after a -> after b',
      'stepped from after a by b',
    ]);
  });

  it('a fact that a command causes is taken before facts that wait elsewhere', () => {
    const stepper = stepperOf(machineWith({ a: ['cause b'] }));
    const session = new Session((command) => {
      if (command === 'cause b') stepper.take(session, 'b');
    });
    started(stepper, session).waiting.push('waited 1', 'waited 2');
    stepper.take(session, 'a');
    expect(
      session.log.filter((line) => line.startsWith('stepped')).map((line) => line.split(' by ')[1]),
    ).toEqual(['a', 'b', 'waited 1', 'waited 2']);
  });

  it('a fact may have any value, and hides no fact behind it', () => {
    const stepper = stepperOf(machineWith({ a: ['cause'] }));
    const session = new Session((command) => {
      if (command !== 'cause') return;
      for (const fact of [undefined, null, '', 'last']) stepper.take(session, fact as string);
    });
    started(stepper, session);
    stepper.take(session, 'a');
    expect(
      session.log.filter((line) => line.startsWith('stepped')).map((line) => line.split(' by ')[1]),
    ).toEqual(['a', 'undefined', 'null', '', 'last']);
  });

  it('any number of facts may arrive during steps without a growing stack', () => {
    let left = 50_000;
    const stepper = stepperOf(machineWith({ again: ['repeat'] }));
    const session = new Session(() => {
      session.log.length = 0;
      if (left-- > 0) stepper.take(session, 'again');
    });
    started(stepper, session);
    stepper.take(session, 'again');
    expect(left).toBe(-1);
  });
});

describe('after the end', () => {
  it('a session takes no fact after its end', () => {
    const stepper = stepperOf(machineWith());
    const session = started(stepper);
    session.hasEnded = true;
    stepper.take(session, 'late');
    expect(session.log).toEqual([]);
    expect(session.arrived).toBeUndefined();
  });

  it('the commands of the last step still run, and the facts that they cause are dropped', () => {
    const stepper = stepperOf(machineWith({ a: ['end', 'farewell'] }));
    const session = new Session((command) => {
      if (command === 'end') {
        stepper.take(session, 'during');
        session.hasEnded = true;
      }
    });
    started(stepper, session).waiting.push('waited');
    stepper.take(session, 'a');
    expect(session.log.slice(1)).toEqual(['run end', 'run farewell', 'stepped from started with input by a']);
    expect(session.arrived).toBeUndefined();
  });
});

describe('errors', () => {
  it('an error of the machine ends the session and does not reach the caller', () => {
    const stepper = stepperOf(machineWith());
    const session = started(stepper);
    expect(() => stepper.take(session, 'throw')).not.toThrow();
    expect(session.log).toEqual(['broken: the machine threw']);
    expect(session.snapshot).toBe('started with input');
    stepper.take(session, 'late');
    expect(session.log).toHaveLength(1);
  });

  it('an error of a command ends the session: later commands do not run, and waiting facts are dropped', () => {
    const stepper = stepperOf(machineWith({ a: ['fail', 'two'] }));
    const session = new Session((command) => {
      stepper.take(session, 'during');
      if (command === 'fail') throw new Error('the command threw');
    });
    started(stepper, session).waiting.push('waited');
    stepper.take(session, 'a');
    expect(session.log).toEqual(['started with input -> after a', 'run fail', 'broken: the command threw']);
  });

  it('an error of one session leaves no command behind for another', () => {
    const stepper = stepperOf(machineWith({ a: ['fail', 'secret'], b: ['own'] }));
    const failing = started(
      stepper,
      new Session(() => {
        throw new Error('the command threw');
      }),
    );
    const other = started(stepper);
    stepper.take(failing, 'a');
    stepper.take(other, 'b');
    expect(other.log).toEqual([
      'started with input -> after b',
      'run own',
      'stepped from started with input by b',
    ]);
  });

  it('an error of an inner step in another session does not disturb the outer step', () => {
    const stepper = stepperOf(machineWith({ a: ['break the other', 'two'] }));
    const other = started(stepper);
    const session = new Session((command) => {
      if (command === 'break the other') stepper.take(other, 'throw');
    });
    started(stepper, session);
    stepper.take(session, 'a');
    expect(other.log).toEqual(['broken: the machine threw']);
    expect(session.log.slice(1)).toEqual([
      'run break the other',
      'run two',
      'stepped from started with input by a',
    ]);
  });
});

describe('a step of one session that causes a step of another', () => {
  it('the inner step runs within the outer step, with its own commands', () => {
    const stepper = stepperOf(machineWith({ outer: ['step the other', 'two'], inner: ['own'] }));
    const log: string[] = [];
    const other = started(stepper, new Session((command) => log.push(`other ${command}`)));
    const session = new Session((command) => {
      log.push(`session ${command}`);
      if (command === 'step the other') stepper.take(other, 'inner');
    });
    started(stepper, session);
    stepper.take(session, 'outer');
    stepper.take(session, 'outer');
    const once = ['session step the other', 'other own', 'session two'];
    expect(log).toEqual([...once, ...once]);
  });

  it('the inner step may send a fact to the first session, which takes it in a step of its own', () => {
    const stepper = stepperOf(machineWith({ ping: ['to the other', 'two'], pong: ['back'] }));
    const order: string[] = [];
    const other: Session = new Session(() => {
      order.push('other runs');
      stepper.take(session, 'reply');
    });
    const session: Session = new Session((command) => {
      order.push(`session runs ${command}`);
      if (command === 'to the other') stepper.take(other, 'pong');
    });
    started(stepper, other);
    started(stepper, session);
    stepper.take(session, 'ping');
    expect(order).toEqual(['session runs to the other', 'other runs', 'session runs two']);
    expect(session.snapshot).toBe('after reply');
  });
});

describe('a watcher', () => {
  it('a watcher sees each fact before the machine takes it, and each command before it runs', () => {
    const seen: string[] = [];
    const stepper = stepperOf(machineWith({ input: ['hello'], a: ['one'] }), {
      fact: (owner, fact) => seen.push(`fact ${fact} in ${owner.snapshot}`),
      command: (_, command) => seen.push(`command ${command}`),
    });
    const session = new Session((command) => seen.push(`run ${command}`));
    stepper.start(session, 'input');
    stepper.take(session, 'a');
    expect(seen).toEqual([
      'command hello',
      'run hello',
      'fact a in started with input',
      'command one',
      'run one',
    ]);
  });

  it('a watcher sees no fact after the end', () => {
    const seen: string[] = [];
    const stepper = stepperOf(machineWith(), { fact: (_, fact) => seen.push(fact) });
    const session = started(stepper);
    session.hasEnded = true;
    stepper.take(session, 'late');
    expect(seen).toEqual([]);
  });

  it('a watcher that throws ends the session, and the machine does not take the fact', () => {
    const stepper = stepperOf(machineWith(), {
      fact: () => {
        throw new Error('the watcher threw');
      },
    });
    const session = started(stepper);
    stepper.take(session, 'a');
    expect(session.log).toEqual(['broken: the watcher threw']);
    expect(session.snapshot).toBe('started with input');
  });
});

it('a compiled machine fits the stepper as it is', () => {
  const machine = setup({
    types: { events: {} as { type: 'knock' }, emitted: {} as { type: 'ring' } },
  }).createMachine({ on: { knock: { actions: emit({ type: 'ring' }) } } });
  const table = compile(machine);
  type Snapshot = ReturnType<typeof table.step>;
  const stepper = new Stepper<Snapshot, { type: 'knock' }, { type: 'ring' }, unknown, Door>(table as never);
  class Door implements Stepped<Snapshot, { type: 'knock' }, { type: 'ring' }> {
    snapshot: Snapshot | undefined;
    isStepping = false;
    arrived: { type: 'knock' }[] | undefined;
    readonly hasEnded = false;
    readonly rung: string[] = [];
    entered(): void {}
    run({ type }: { type: 'ring' }): void {
      this.rung.push(type);
    }
    stepped(): void {}
    next(): undefined {}
    broken(error: unknown): void {
      throw error;
    }
  }
  const door = new Door();
  stepper.start(door, undefined);
  stepper.take(door, { type: 'knock' });
  expect(door.rung).toEqual(['ring']);
});

describe('the short way of a step that changes nothing', () => {
  const say = (session: Session, word: string) => {
    session.log.push(`say ${word}, stepping: ${session.isStepping}`);
  };

  it('pass runs the command in place of the step, and reports neither a change nor a step', () => {
    const seen: string[] = [];
    const stepper = stepperOf(machineWith(), { fact: (_, fact) => seen.push(fact) });
    const session = started(stepper);
    stepper.pass(session, say, 'hello');
    expect(session.log).toEqual(['say hello, stepping: true']);
    expect([session.snapshot, session.isStepping, seen]).toEqual(['started with input', false, []]);
  });

  it('facts that arrive during the command are taken after it, and then those that waited elsewhere', () => {
    const stepper = stepperOf(machineWith());
    const session = started(stepper);
    session.waiting.push('b');
    const command = (one: Session) => {
      stepper.take(one, 'a');
      one.log.push('the command has ended');
    };
    stepper.pass(session, command, undefined);
    expect(session.log).toEqual([
      'the command has ended',
      'started with input -> after a',
      'stepped from started with input by a',
      'after a -> after b',
      'stepped from after a by b',
    ]);
    expect([session.arrived, session.isStepping]).toEqual([undefined, false]);
  });

  it('what the command throws ends the session, and reaches no other code', () => {
    const stepper = stepperOf(machineWith());
    const session = started(stepper);
    const command = (one: Session) => {
      stepper.take(one, 'a');
      throw new Error('the command threw');
    };
    stepper.pass(session, command, undefined);
    expect(session.log).toEqual(['broken: the command threw']);
    stepper.take(session, 'b');
    expect(session.log).toEqual(['broken: the command threw']);
  });
});
