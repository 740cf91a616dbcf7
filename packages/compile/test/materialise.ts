/** Makes a machine from a blueprint, with the XState that the caller passes. Its functions are in `tracing-functions.ts`. */
import type * as XState from 'xstate';
import type {
  ActionBlueprint,
  GuardBlueprint,
  MachineBlueprint,
  StateBlueprint,
  TransitionBlueprint,
} from './blueprint.ts';
import { type Args, bodyOf, type Library, maxIterations, paramsOf, testOf } from './tracing-functions.ts';

interface Placed {
  readonly blueprint: StateBlueprint;
  readonly path: readonly string[];
  readonly id: string;
}

export function materialise(library: Library, machine: MachineBlueprint): XState.AnyStateMachine {
  const placed: Placed[] = [];
  const place = (blueprint: StateBlueprint, path: readonly string[]): void => {
    const id = blueprint.hasOwnId ? `own-${path.join('-')}` : ['machine', ...path].join('.');
    placed.push({ blueprint, path, id: path.length === 0 ? 'machine' : id });
    for (const [index, child] of blueprint.children.entries()) place(child, [...path, `s${index}`]);
  };
  place(machine.root, []);
  const stateAt = (number: number) => placed[number % placed.length] as Placed;

  const named = { actions: {} as Record<string, unknown>, guards: {} as Record<string, unknown> };

  const actionOf = (action: ActionBlueprint) => {
    if (action.manner === 'inline') return bodyOf(library, action);
    const name = `${action.kind} ${action.form} ${action.n}`;
    named.actions[name] = bodyOf(library, action);
    return action.manner === 'named' ? name : { type: name, params: paramsOf(action.n, action.manner) };
  };
  const actionsOf = (actions: readonly ActionBlueprint[]) => actions.map(actionOf);

  const guardOf = (guard: GuardBlueprint): unknown => {
    switch (guard.kind) {
      case 'test': {
        const { manner, n } = guard;
        const test = testOf(n);
        if (manner === 'inline') return test;
        const name = `test ${n}`;
        named.guards[name] = test;
        if (manner === 'alias') {
          named.guards[`${name} again`] = name;
          return `${name} again`;
        }
        return manner === 'named' ? name : { type: name, params: paramsOf(n, manner) };
      }
      case 'and':
      case 'or': {
        const { [guard.kind]: combine } = library;
        return combine(guard.guards.map(guardOf) as never);
      }
      case 'not':
        return library.not(guardOf(guard.guard) as never);
      case 'in': {
        const { path, id } = stateAt(guard.state);
        if (guard.form === 'id') return library.stateIn(`#${id}`);
        return library.stateIn(guard.form === 'key' ? path.join('.') : partialValue(path));
      }
    }
  };

  const transitionOf = ({ target, reenter, guard, actions }: TransitionBlueprint) => ({
    ...(target === null ? {} : { target: `#${stateAt(target).id}` }),
    ...(reenter ? { reenter } : {}),
    ...(guard === null ? {} : { guard: guardOf(guard) }),
    ...(actions.length === 0 ? {} : { actions: actionsOf(actions) }),
  });

  const outputOf = (form: StateBlueprint['output']) => {
    if (form === 'none') return {};
    return {
      output:
        form === 'value'
          ? { value: 1 }
          : ({ context, event }: Args) => ({ context, of: event.type, output: event.output }),
    };
  };

  const configOf = (state: StateBlueprint, id: string | undefined, path: readonly string[]): object => {
    const children = Object.fromEntries(
      state.children.map((child, index) => {
        const inside = [...path, `s${index}`];
        return [`s${index}`, configOf(child, child.hasOwnId ? `own-${inside.join('-')}` : undefined, inside)];
      }),
    );
    const isCompound = state.children.length > 0;
    const target = `s${state.initial.child % Math.max(1, state.children.length)}`;
    const initial =
      state.initial.actions.length === 0 ? target : { target, actions: actionsOf(state.initial.actions) };
    const on = state.on.map(({ descriptor, candidates }) => {
      if (candidates === 'undefined') return [descriptor, undefined];
      return [descriptor, candidates === 'empty' ? [] : candidates.map(transitionOf)];
    });
    return {
      ...(id === undefined ? {} : { id }),
      ...(isCompound ? { initial, states: children } : {}),
      ...(isCompound && state.onDone.length > 0 ? { onDone: state.onDone.map(transitionOf) } : {}),
      ...(!isCompound && state.isFinal ? { type: 'final' } : {}),
      ...(state.tags.length > 0 ? { tags: state.tags } : {}),
      entry: actionsOf(state.entry),
      exit: actionsOf(state.exit),
      ...(on.length > 0 ? { on: Object.fromEntries(on) } : {}),
      ...(state.always.length > 0 ? { always: state.always.map(transitionOf) } : {}),
      ...(!isCompound || path.length === 0 ? outputOf(state.output) : {}),
    };
  };

  const context = {
    value: { n: 1, trail: 0, last: null },
    factory: ({ input }: { input: number | undefined }) => ({ n: input ?? 0, trail: 0, last: null }),
    empty: null,
    returnsNothing: () => undefined,
  }[machine.context];
  const config = { ...configOf(machine.root, 'machine', []), context, options: { maxIterations } };
  const setup = library.setup as unknown as (implementations: object) => {
    createMachine(config: object): XState.AnyStateMachine;
  };
  if (!machine.isProvided) return setup(named).createMachine(config);
  const stubs = {
    actions: mapped(named.actions, library.emit({ type: 'stub' })),
    guards: mapped(named.guards, () => false),
  };
  return setup(stubs)
    .createMachine(config)
    .provide(named as never);
}

const mapped = (names: object, value: unknown) =>
  Object.fromEntries(Object.keys(names).map((name) => [name, value]));

/** The value for `matches` that names a state: its keys, nested. */
export function partialValue(path: readonly string[]): XState.StateValue {
  const [key, ...inside] = path;
  if (key === undefined) return {};
  return inside.length === 0 ? key : { [key]: partialValue(inside) };
}
