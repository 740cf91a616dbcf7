/**
 * The functions of random machines. They leave a trace: an emitted event names the function that made it, with its event,
 * parameters and context, and every assign changes `trail`. So two runs that differ in any order differ from there on.
 */
import type * as XState from 'xstate';
import type { ActionBlueprint } from './blueprint.ts';

export type Library = Pick<
  typeof XState,
  | 'setup'
  | 'assign'
  | 'emit'
  | 'raise'
  | 'and'
  | 'or'
  | 'not'
  | 'stateIn'
  | 'transition'
  | 'initialTransition'
>;

interface Context {
  readonly n: number;
  readonly trail: number;
  readonly last: unknown;
}

export interface Args {
  context: Context;
  event: { type: string; by?: number; output?: unknown };
}

/** Microsteps allowed in one step. The oldest XState has no such limit, see `run-cases.ts`. */
export const maxIterations = 12;

const raisedTypes = ['a', 'x', 'a.b', 'b', '*'];
const mixed = (n: number, { context, event }: Args) => (context.n * 3 + n + (event.by ?? 0)) % 7;
const nextTrail = (n: number, { context }: Args) => (context.trail * 31 + n + 1) % 1_000_003;

/** A few of the functions throw, in a few contexts. */
function sometimesThrow(n: number, { context }: Args): void {
  if (n === 13 && context.n === 3) throw new Error(`thrown at ${context.trail}`);
}

export function bodyOf(library: Library, { kind, form, n }: ActionBlueprint): unknown {
  const constant = { type: kind === 'raise' ? raisedTypes[n % raisedTypes.length] : 'emitted', n };
  if (kind !== 'assign') {
    const computed = (args: Args, params: unknown) => {
      sometimesThrow(n, args);
      // XState emits any value that a function returns, and throws at a missing raised event.
      if (n === 12 && args.context.n > 3) return undefined;
      const { context, event } = args;
      return {
        ...constant,
        by: context.n,
        trail: context.trail,
        params,
        of: event.type,
        after: event.by,
        output: event.output,
      };
    };
    const make = library[kind] as (body: unknown) => unknown;
    return make((form === 'value' ? constant : computed) as never);
  }
  if (form === 'value') {
    return library.assign({
      n: (args: Args) => mixed(n, args),
      trail: (args: Args, params: unknown) => nextTrail(n, args) + (params === undefined ? 0 : 1),
      last: n,
    } as never);
  }
  return library.assign(((args: Args, params: unknown) => {
    sometimesThrow(n, args);
    if (n === 0) return undefined;
    return n === 1 ? {} : { n: mixed(n, args), trail: nextTrail(n, args), last: { params } };
  }) as never);
}

export const testOf = (n: number) => (args: Args, params: { seen?: number } | undefined) => {
  sometimesThrow(n, args);
  return (args.context.n + n + (params === undefined ? 0 : (params.seen ?? 1))) % 3 !== 0;
};

export const paramsOf = (n: number, manner: string) =>
  manner === 'given' ? { n } : ({ context, event }: Args) => ({ n, seen: context.n, type: event.type });
