/** Combines two observers to one. Proven by: test/combine-observers.test.ts. */
import type { Observer } from '@sallyport/core';

type Handler = (...details: unknown[]) => unknown;

/**
 * Returns an observer that calls the handlers of `first`, then those of `second`. An event without a handler in either has none, so
 * it costs a session nothing. The result of `second` is the result, because `first` is expected to be synchronous. An error of `first`
 * does not keep `second` from being called.
 */
export function combineObservers(first: Observer, second: Observer): Observer {
  const combined: Record<string, Handler> = {};
  for (const name of new Set([...namesOf(first), ...namesOf(second)])) {
    const handlers = [first, second].flatMap((observer) => {
      const handler = (observer as Readonly<Record<string, unknown>>)[name];
      return typeof handler === 'function' ? [(handler as Handler).bind(observer)] : [];
    });
    const [one, two] = handlers;
    if (one && two)
      combined[name] = (...details) => {
        try {
          one(...details);
        } finally {
          // biome-ignore lint/correctness/noUnsafeFinally: an error of the second is as good as one of the first
          return two(...details);
        }
      };
    else if (one) combined[name] = one;
  }
  return combined;
}

/** An observer may be an instance of a class, with its handlers in the prototype. */
function namesOf(observer: Observer): readonly string[] {
  const names: string[] = [];
  for (let one: object | null = observer; one && one !== Object.prototype; one = Object.getPrototypeOf(one))
    names.push(...Object.getOwnPropertyNames(one));
  return names.filter((name) => name !== 'constructor');
}
