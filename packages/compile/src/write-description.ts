/**
 * Writes the description of a machine as the source of a module, so that a browser can run the machine without XState and
 * without the code that reads one.
 *
 * A function has no source that can be copied. The machine's functions must be exports of a module, and the written source imports
 * them from there. Proven by: test/write-description.test.ts.
 */
import type { AnyStateMachine } from 'xstate';
import { CompileError } from './compile-error.ts';
import { fingerprintOf } from './fingerprint.ts';
import { readMachine } from './read.ts';

/** The module that exports the machine's functions. It must not import XState if the description is to do without. */
export interface FunctionsModule {
  /** The import specifier in the written source, such as `./machine-functions.ts`. */
  readonly path: string;
  /** The module's exports: `import * as exports from './machine-functions.ts'`. */
  readonly exports: object;
}

/**
 * Returns the source of a TypeScript module that exports `description`, for `compileDescription`. The same machine always gives
 * the same source, so a test can compare it with the file.
 *
 * Throws a `CompileError` if the machine holds anything outside the subset, a function that the module does not export, or data
 * other than plain objects, arrays, `Map`s, strings, numbers, booleans, `null` and `undefined`. Getters, symbol keys, hidden
 * properties and holes in arrays are refused too. An object that occurs twice is written twice.
 */
export function writeDescription(machine: AnyStateMachine, functions: FunctionsModule): string {
  const description = readMachine(machine);
  const { states, ...rest } = description;
  const printer = new Printer(functions);
  const others = Object.entries(rest).map(
    ([key, value]) => `  ${key}: ${printer.print(value, { state: machine.id, path: key })},`,
  );
  const lines = states.map((state) => printer.printState(state, state.path || machine.id));
  const id = quoted(machine.id).replaceAll('*/', '*\\/');
  return [
    `/** The machine ${id}, written by @sallyport/compile. Do not edit: change the machine and write it again. */`,
    "import type { WrittenDescription } from '@sallyport/compile';",
    ...printer.imports,
    '',
    'export const description = {',
    // After the rest: it asks for data that can be written.
    `  fingerprint: '${fingerprintOf(description)}',`,
    ...others,
    '  states: [',
    ...lines,
    '  ],',
    // The functions' parameters are narrower than `object`.
    '} as unknown as WrittenDescription;',
    '',
  ].join('\n');
}

/** Where a value is, for a refusal. */
interface Location {
  readonly state: string;
  /** The way to it from the state or the description, such as `context.limits[0]`. */
  readonly path: string;
}

class Printer {
  readonly #functions: FunctionsModule;
  readonly #exportNames: ReadonlyMap<unknown, string>;
  /** Export name → the name in the written module. */
  readonly #localNames = new Map<string, string>();
  /** The objects that contain what is being written. */
  readonly #outerObjects = new Set<object>();

  constructor(functions: FunctionsModule) {
    this.#functions = functions;
    const names = new Map<unknown, string>();
    for (const [name, value] of Object.entries(functions.exports)) {
      const known = names.get(value);
      // Of several names for one function, one that needs no alias.
      if (known === undefined || (!isFree(known) && isFree(name))) names.set(value, name);
    }
    this.#exportNames = names;
  }

  get imports(): readonly string[] {
    if (this.#localNames.size === 0) return [];
    const names = [...this.#localNames.keys()].sort().map((name) => {
      const local = this.#localNames.get(name);
      if (name === local) return `  ${name},`;
      return `  ${isIdentifier(name) ? name : quoted(name)} as ${local},`;
    });
    return ['import {', ...names, `} from ${quoted(this.#functions.path)};`];
  }

  /** One line for each property of a state. */
  printState(state: object, name: string): string {
    const lines = Object.entries(state).map(
      ([key, value]) => `      ${key}: ${this.print(value, { state: name, path: key })},`,
    );
    return ['    {', ...lines, '    },'].join('\n');
  }

  print(value: unknown, at: Location): string {
    if (typeof value === 'function') return this.#localName(value, at);
    if (typeof value === 'object' && value !== null) return this.#printObject(value, at);
    if (typeof value === 'bigint' || typeof value === 'symbol') throw unwritable(at, `a ${typeof value}`);
    if (typeof value === 'string') return quoted(value);
    // `undefined`, `NaN` and `Infinity` have no JSON, but their names are their source. Only -0 prints as another number.
    return Object.is(value, -0) ? '-0' : String(value);
  }

  #printObject(value: object, at: Location): string {
    if (this.#outerObjects.has(value)) throw unwritable(at, 'an object within itself');
    this.#outerObjects.add(value);
    const prototype: unknown = Object.getPrototypeOf(value);
    let text: string;
    if (Array.isArray(value)) text = this.#printArray(value, at);
    else if (prototype === Map.prototype) text = this.#printMap(value as Map<unknown, unknown>, at);
    else if (prototype === Object.prototype || prototype === null)
      text = this.#printPlain(value, prototype, at);
    else throw unwritable(at, 'an object that is neither plain, nor an array, nor a Map');
    this.#outerObjects.delete(value);
    return text;
  }

  #printArray(array: readonly unknown[], at: Location): string {
    if (Object.getPrototypeOf(array) !== Array.prototype) throw unwritable(at, 'a subclass of Array');
    const elements = ownData(array, at).filter(([key]) => key !== 'length');
    if (elements.length < array.length) throw unwritable(at, 'an array with holes');
    if (elements.length > array.length) throw unwritable(at, 'an array with further properties');
    const printed = array.map((one, index) => this.print(one, inside(at, `[${index}]`)));
    return `[${printed.join(', ')}]`;
  }

  #printMap(map: ReadonlyMap<unknown, unknown>, at: Location): string {
    if (ownData(map, at).length > 0) throw unwritable(at, 'a Map with properties');
    const printed = [...map].map(([key, one]) => {
      const name = typeof key === 'string' ? quoted(key) : '…';
      return `[${this.print(key, at)}, ${this.print(one, inside(at, `.get(${name})`))}]`;
    });
    return `new Map([${printed.join(', ')}])`;
  }

  #printPlain(object: object, prototype: unknown, at: Location): string {
    const pairs = ownData(object, at).map(([key, one]) => {
      const path = isIdentifier(key) ? `.${key}` : `[${quoted(key)}]`;
      return `${printKey(key)}: ${this.print(one, inside(at, path))}`;
    });
    if (prototype === null) pairs.unshift('__proto__: null');
    return pairs.length > 0 ? `{ ${pairs.join(', ')} }` : '{}';
  }

  #localName(value: unknown, { state }: Location): string {
    const name = this.#exportNames.get(value);
    if (name === undefined)
      throw new CompileError(
        state,
        `a function that ${this.#functions.path} does not export`,
        'Define it there, and give the machine what is exported.',
      );
    const known = this.#localNames.get(name);
    if (known !== undefined) return known;
    let local = isFree(name)
      ? name
      : `${name === 'default' ? 'default' : name.replaceAll(/[^\w$]/g, '_')}Function`;
    if (!isIdentifier(local)) local = `_${local}`;
    const isTaken = () =>
      local !== name && (local in this.#functions.exports || [...this.#localNames.values()].includes(local));
    while (isTaken()) local += '_';
    this.#localNames.set(name, local);
    return local;
  }
}

const inside = ({ state, path }: Location, step: string): Location => ({ state, path: path + step });

/** The properties of an object, if they are what `{ key: value }` makes. Refuses what would be lost or would change. */
function ownData(object: object, at: Location): (readonly [string, unknown])[] {
  return Reflect.ownKeys(object).map((key) => {
    if (typeof key === 'symbol') throw unwritable(at, `a property with the key ${String(key)}`);
    const property = Object.getOwnPropertyDescriptor(object, key);
    if (property?.get ?? property?.set) throw unwritable(at, `a getter or setter for '${key}'`);
    if (property?.enumerable !== true && !(Array.isArray(object) && key === 'length'))
      throw unwritable(at, `the hidden property '${key}'`);
    return [key, property?.value] as const;
  });
}

function unwritable({ state, path }: Location, what: string): CompileError {
  return new CompileError(
    state,
    `${what} in ${path}`,
    'Let an exported function make it, or use data that has a source text.',
  );
}

const isIdentifier = (name: string) => /^[\p{ID_Start}_$][\p{ID_Continue}$]*$/u.test(name);

/** Names that a module cannot declare, and those that the written source itself uses. */
const reservedNames = new Set(
  (
    'arguments await break case catch class const continue debugger default delete do else enum eval export extends false ' +
    'finally for function if implements import in instanceof interface let new null package private protected public return ' +
    'static super switch this throw true try typeof var void while with yield ' +
    'description WrittenDescription Map undefined NaN Infinity'
  ).split(' '),
);

/** Can the written module use this name for an import? */
const isFree = (name: string) => isIdentifier(name) && !reservedNames.has(name);

function printKey(key: string): string {
  // As a plain key, it would set the prototype.
  if (key === '__proto__') return "['__proto__']";
  return /^[A-Za-z_$][\w$]*$/.test(key) ? key : quoted(key);
}

/** Characters that are invisible or end a line are escaped, so that a reader sees everything that is there. */
const unseen = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

function quoted(text: string): string {
  if (!/['\\\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u.test(text)) return `'${text}'`;
  return JSON.stringify(text).replaceAll(
    unseen,
    (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
}
