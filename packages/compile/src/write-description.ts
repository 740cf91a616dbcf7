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
 * Throws a `CompileError` if the machine holds anything outside the subset, a function that the module does not export, or
 * data that is more than plain objects, arrays, `Map`s, strings, numbers, booleans, `null` and `undefined`.
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
  /** What is being written, from the outermost in. */
  readonly #around = new Set<object>();

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
    if (typeof value === 'function') return this.#name(value, state);
    if (typeof value === 'object' && value !== null) return this.#printObject(value, state);
    if (typeof value === 'bigint' || typeof value === 'symbol') throw unwritable(state, `a ${typeof value}`);
    if (typeof value === 'string') return quoted(value);
    // Numbers that JSON has no word for, and `undefined`, are what they are called; but for one.
    return Object.is(value, -0) ? '-0' : String(value);
  }

  #printObject(value: object, state: string): string {
    if (this.#around.has(value)) throw unwritable(state, 'an object within itself');
    this.#around.add(value);
    const printed = (one: unknown) => this.print(one, state);
    const prototype: unknown = Object.getPrototypeOf(value);
    let text: string;
    if (Array.isArray(value)) text = `[${value.map(printed).join(', ')}]`;
    else if (prototype === Map.prototype)
      text = `new Map([${[...(value as Map<unknown, unknown>)].map(printed).join(', ')}])`;
    else if (prototype === Object.prototype || prototype === null) {
      const pairs = Object.entries(value).map(([key, one]) => `${printKey(key)}: ${printed(one)}`);
      text = pairs.length > 0 ? `{ ${pairs.join(', ')} }` : '{}';
    } else throw unwritable(state, 'an object that is neither plain, nor an array, nor a Map');
    this.#around.delete(value);
    return text;
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

function unwritable(state: string, what: string): CompileError {
  return new CompileError(state, what, 'Let a function make it, or keep to what can be written down.');
}

function printKey(key: string): string {
  // Written plainly, this one would be the prototype.
  if (key === '__proto__') return "['__proto__']";
  return /^[A-Za-z_$][\w$]*$/.test(key) ? key : quoted(key);
}

function quoted(text: string): string {
  return /['\\\p{Cc}\p{Cs}]/u.test(text) ? JSON.stringify(text) : `'${text}'`;
}
