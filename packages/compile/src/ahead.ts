/**
 * Ahead of time: writes a machine's description down as the source of a module, so that neither XState nor what reads it
 * has to be where the machine runs (a browser).
 *
 * Functions cannot be written down: each has to be exported by a module of the machine's own, which the source names.
 * Proven by: test/ahead.test.ts.
 */
import type { AnyStateMachine } from 'xstate';
import { readMachine } from './read.ts';
import { CompileError } from './refusals.ts';

export interface FunctionsModule {
  /** How the written module imports it, such as `./machine-functions.ts`. */
  readonly path: string;
  /** What it exports: `import * as exports from './machine-functions.ts'`. */
  readonly exports: object;
}

/**
 * The source of a module (TypeScript) that exports `description`, for `compileDescription`. The same machine gives the same
 * source, so that a test can tell whether it is up to date.
 *
 * Throws a `CompileError` if the machine holds anything outside the subset, or a function that the module does not export.
 */
export function writeDescription(machine: AnyStateMachine, functions: FunctionsModule): string {
  const { states, ...rest } = readMachine(machine);
  const printer = new Printer(functions);
  const others = Object.entries(rest).map(([key, value]) => `  ${key}: ${printer.print(value, machine.id)},`);
  const lines = states.map((state) => printer.printState(state, state.path || machine.id));
  return [
    `/** The machine '${machine.id}', read ahead of time by @sallyport/compile. Do not edit: it is written anew. */`,
    "import type { MachineDescription } from '@sallyport/compile';",
    ...printer.imports,
    '',
    'export const description = {',
    ...others,
    '  states: [',
    ...lines,
    '  ],',
    // Its functions ask for more than `object`, and get it.
    '} as unknown as MachineDescription;',
    '',
  ].join('\n');
}

class Printer {
  readonly #functions: FunctionsModule;
  readonly #names: ReadonlyMap<unknown, string>;
  readonly #used = new Set<string>();

  constructor(functions: FunctionsModule) {
    this.#functions = functions;
    this.#names = new Map(Object.entries(functions.exports).map(([name, value]) => [value, name]));
  }

  get imports(): readonly string[] {
    if (this.#used.size === 0) return [];
    const names = [...this.#used].sort().map((name) => `  ${name},`);
    return ['import {', ...names, `} from ${quoted(this.#functions.path)};`];
  }

  /** A line for each thing that a state has. */
  printState(state: object, path: string): string {
    const lines = Object.entries(state).map(([key, value]) => `      ${key}: ${this.print(value, path)},`);
    return ['    {', ...lines, '    },'].join('\n');
  }

  /** `state` is where it stands, to be named in a refusal. */
  print(value: unknown, state: string): string {
    const printed = (one: unknown) => this.print(one, state);
    if (typeof value === 'function') return this.#name(value, state);
    if (Array.isArray(value)) return `[${value.map(printed).join(', ')}]`;
    if (value instanceof Map) return `new Map([${[...value].map(printed).join(', ')}])`;
    if (typeof value === 'object' && value !== null) {
      const pairs = Object.entries(value).map(([key, one]) => `${printKey(key)}: ${printed(one)}`);
      return pairs.length > 0 ? `{ ${pairs.join(', ')} }` : '{}';
    }
    // Numbers that JSON has no word for, and `undefined`, are what they are called.
    return typeof value === 'string' ? quoted(value) : String(value);
  }

  #name(value: unknown, state: string): string {
    const name = this.#names.get(value);
    if (name === undefined)
      throw new CompileError(
        state,
        `a function that ${this.#functions.path} does not export`,
        'Define it there, and give the machine what is exported.',
      );
    this.#used.add(name);
    return name;
  }
}

function printKey(key: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(key) ? key : quoted(key);
}

function quoted(text: string): string {
  return /['\\\p{Cc}]/u.test(text) ? JSON.stringify(text) : `'${text}'`;
}
