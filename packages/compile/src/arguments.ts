/**
 * What the machine's functions are called with: `{ context, event }`, as in XState.
 *
 * One such object serves all steps of a machine, so a function must not keep it. Destructuring it is fine. What only an actor
 * has (`self`, `system`, `spawn`) throws when a function reads it, since compiling cannot show what a function will read.
 * Proven by: test/deviations.test.ts, test/allocation.test.ts.
 */

export interface Arguments {
  context: object;
  event: { readonly type: string };
}

const actorless = {};
for (const property of ['self', 'system', 'spawn']) {
  const get = () => {
    throw new Error(`A compiled machine is not an actor: its functions get no '${property}'`);
  };
  Object.defineProperty(actorless, property, { get });
}

/** An object with these properties, which throws when a property of an actor is read. */
export function argumentsOf<Properties extends object>(properties: Properties): Properties {
  return Object.assign(Object.create(actorless), properties);
}
