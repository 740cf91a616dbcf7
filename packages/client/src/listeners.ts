/** Who listens to what. A listener that throws harms nobody but shows: as an error that nobody caught, in its own turn. */

export class Listeners<Events extends Record<string, unknown>> {
  readonly #byType = new Map<keyof Events, Set<(event: never) => void>>();

  on<Type extends keyof Events>(type: Type, listener: (event: Events[Type]) => void): () => void {
    // One listener twice is two, each with its own end.
    const own = (event: Events[Type]) => listener(event);
    const listening = this.#byType.get(type) ?? new Set();
    this.#byType.set(type, listening.add(own));
    return () => void listening.delete(own);
  }

  has(type: keyof Events): boolean {
    return (this.#byType.get(type)?.size ?? 0) > 0;
  }

  tell<Type extends keyof Events>(type: Type, event: Events[Type]): void {
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
