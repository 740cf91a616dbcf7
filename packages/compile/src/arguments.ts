/**
 * What the machine's functions are called with: `{ context, event }`, XState's own shape.
 *
 * One such object serves all steps of a machine (`step.ts` says how), so a function must not keep it; destructuring it
 * keeps nothing. What only an actor has is refused where it is read, since no look at a function tells what it will read.
 * Proven by: test/deviations.test.ts, test/allocation.test.ts.
 */

export interface Arguments {
  context: object;
  event: { readonly type: string };
}

function refuse(property: string): never {
  throw new Error(
    `A compiled machine is no actor: its functions have no '${property}', only context and event.`,
  );
}

const actorless = {
  get self() {
    return refuse('self');
  },
  get system() {
    return refuse('system');
  },
  get spawn() {
    return refuse('spawn');
  },
};

/** An object with these properties, and the refusals. */
export function argumentsOf<Properties extends object>(properties: Properties): Properties {
  return Object.assign(Object.create(actorless), properties);
}
