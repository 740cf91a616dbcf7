/**
 * The events of a browser that say that the network or the page is back: `online`, `pageshow` (also from the back/forward
 * cache) and a page that becomes visible. A runtime without them reports nothing. Proven by: test/wake.test.ts.
 */
interface Target {
  addEventListener?(type: string, listener: () => void): void;
  removeEventListener?(type: string, listener: () => void): void;
}

/** Calls `wake` at each of these events. Returns the function that removes the listeners. */
export function onWake(wake: () => void): () => void {
  const global = globalThis as Target & { document?: Target & { visibilityState?: string } };
  const { document } = global;
  const whenVisible = () => {
    if (document?.visibilityState !== 'hidden') wake();
  };
  const all = [
    [global, 'online', wake],
    [global, 'pageshow', wake],
    [document, 'visibilitychange', whenVisible],
  ] as const;
  for (const [target, type, listener] of all) target?.addEventListener?.(type, listener);
  return () => {
    for (const [target, type, listener] of all) target?.removeEventListener?.(type, listener);
  };
}
