/**
 * The functions of random machines, built to tell: what they emit says which one it was, with which event, parameters and
 * context, and every assign mixes itself into `trail`, so that two runs in which anything is out of order differ from
 * there on.
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

/** Microsteps in one step; the oldest XState knows no bound, see `run-cases.ts`. */
export const maxIterations = 12;

const raisedTypes = ['a', 'x', 'a.b', 'b'];
const mixed = (n: number, { context, event }: Args) => (context.n * 3 + n + (event.by ?? 0)) % 7;
const trodden = (n: number, { context }: Args) => (context.trail * 31 + n + 1) % 1_000_003;

/** A few of the functions throw, and then only sometimes. */
function stumble(n: number, { context }: Args): void {
  if (n === 13 && context.n === 3) throw new Error(`stumbled over ${context.trail}`);
}

export function bodyOf(library: Library, { kind, form, n }: ActionBlueprint): unknown {
  const said = { type: kind === 'raise' ? raisedTypes[n % raisedTypes.length] : 'said', n };
  if (kind !== 'assign') {
    const speak = (args: Args, params: unknown) => {
      stumble(n, args);
      const { context, event } = args;
      return {
        ...said,
        by: context.n,
        trail: context.trail,
        params,
        of: event.type,
        after: event.by,
        output: event.output,
      };
    };
    const make = library[kind] as (body: unknown) => unknown;
    return make((form === 'value' ? said : speak) as never);
  }
  if (form === 'value') {
    return library.assign({
      n: (args: Args) => mixed(n, args),
      trail: (args: Args, params: unknown) => trodden(n, args) + (params === undefined ? 0 : 1),
      last: n,
    } as never);
  }
  return library.assign(((args: Args, params: unknown) => {
    stumble(n, args);
    if (n === 0) return undefined;
    return n === 1 ? {} : { n: mixed(n, args), trail: trodden(n, args), last: { params } };
  }) as never);
}

export const testOf = (n: number) => (args: Args, params: { seen?: number } | undefined) => {
  stumble(n, args);
  return (args.context.n + n + (params === undefined ? 0 : (params.seen ?? 1))) % 3 !== 0;
};

export const paramsOf = (n: number, manner: string) =>
  manner === 'given' ? { n } : ({ context, event }: Args) => ({ n, seen: context.n, type: event.type });
