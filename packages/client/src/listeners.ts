/** The listeners of a session, by the type of event. A listener that throws does not stop the others: its error is uncaught. */

export class Listeners<Events extends Record<string, unknown>> {
  readonly #byType = new Map<keyof Events, Set<(event: never) => void>>();

  /** Adds a listener. Returns the function that removes it. A listener that is added twice is called twice. */
  on<Type extends keyof Events>(type: Type, listener: (event: Events[Type]) => void): () => void {
    const own = (event: Events[Type]) => listener(event);
    const listening = this.#byType.get(type) ?? new Set();
    this.#byType.set(type, listening.add(own));
    return () => void listening.delete(own);
  }

  has(type: keyof Events): boolean {
    return (this.#byType.get(type)?.size ?? 0) > 0;
  }

  notify<Type extends keyof Events>(type: Type, event: Events[Type]): void {
    for (const listener of [...(this.#byType.get(type) ?? [])])
      try {
        (listener as (event: Events[Type]) => void)(event);
      } catch (error) {
        queueMicrotask(() => {
          throw error;
        });
      }
  }
}
