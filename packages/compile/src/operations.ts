/**
 * Runs what a transition does, one operation after another. Each sees the context as the one before left it.
 *
 * The table decides which operations run, and in which order. `step.ts` calls this file.
 * Proven by: test/rules.test.ts, test/differential.test.ts.
 */
import { type Arguments, argumentsOf } from './arguments.ts';
import type { Operation } from './state.ts';

/** The working data of one step. */
export interface Run {
  readonly args: Arguments;
  /** Raised events that no transition has taken yet. Undefined until the first one. */
  raised: Arguments['event'][] | undefined;
  output: unknown;
}

export function runOperations(operations: readonly Operation[], run: Run, emitted: object[]): void {
  const { args } = run;
  for (const { kind, body, params: paramsOrFunction, type } of operations) {
    const params = typeof paramsOrFunction === 'function' ? paramsOrFunction(args) : paramsOrFunction;
    switch (kind) {
      case 'emit':
        emitted.push(evaluated(body, args, params) as object);
        break;
      case 'assign':
        args.context = assigned(body, args, params);
        break;
      case 'raise':
        raise(run, evaluated(body, args, params) as Arguments['event']);
        break;
      case 'finish':
        raise(run, done(type, evaluated(body, args, undefined)));
        break;
      case 'complete':
        run.output = outputOf(body as Outputs, type, args);
        break;
    }
  }
}

/** What a single emit emits: the same as `runOperations`, without its loop. */
export function emittedBy({ body, params }: Operation, args: Arguments): object {
  return evaluated(body, args, typeof params === 'function' ? params(args) : params) as object;
}

function raise(run: Run, event: Arguments['event']): void {
  if (run.raised === undefined) run.raised = [event];
  else run.raised.push(event);
}

const evaluated = (body: unknown, args: object, params: unknown): unknown =>
  typeof body === 'function' ? body(args, params) : body;

/** Always a new context, even if it equals the old one. All properties are computed from the old one. */
function assigned(body: unknown, args: Arguments, params: unknown): object {
  if (typeof body === 'function') return { ...args.context, ...body(args, params) };
  const context: Record<string, unknown> = { ...args.context };
  for (const [key, value] of body as readonly (readonly [string, unknown])[]) {
    context[key] = evaluated(value, args, params);
  }
  return context;
}

const done = (type: string, output: unknown) => ({ type, output });

interface Outputs {
  readonly final: unknown;
  readonly machine: unknown;
}

function outputOf({ final, machine }: Outputs, type: string, { context, event }: Arguments): unknown {
  const output = evaluated(final, argumentsOf({ context, event }), undefined);
  return evaluated(machine, argumentsOf({ context, event: done(type, output) }), undefined);
}
