/** An act between the admission and the opening of a connection. */
import type { Sessions } from '@sallyport/core';

/** Sessions that call `admitted` between the admission and the opening. */
export function interrupted(sessions: Sessions, happen: (sessions: Sessions) => void): Sessions {
  let hasHappened = false;
  const once = () => {
    if (!hasHappened) happen(sessions);
    hasHappened = true;
  };
  return new Proxy(sessions, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      return (...args: unknown[]) => {
        if (name === 'open') once();
        const result: unknown = Reflect.apply(value, target, args);
        if (name === 'admit') once();
        return result;
      };
    },
  });
}
