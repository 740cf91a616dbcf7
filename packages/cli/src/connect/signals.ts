/** Signals that end the process. The first one lets it close the connection properly; a second one ends it at once. */

const SIGNALS = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

/** `signalled` resolves to 128 + the signal's number, the exit code that shells use. `stopListening` removes the listeners. */
export function listenForSignals(): { signalled: Promise<number>; stopListening: () => void } {
  const names = Object.keys(SIGNALS) as (keyof typeof SIGNALS)[];
  let resolveSignalled: (code: number) => void = () => {};
  const onSignal = (name: keyof typeof SIGNALS) => {
    stopListening();
    resolveSignalled(SIGNALS[name]);
  };
  const stopListening = () => {
    for (const name of names) process.off(name, onSignal);
  };
  const signalled = new Promise<number>((resolve) => {
    resolveSignalled = resolve;
  });
  for (const name of names) process.on(name, onSignal);
  return { signalled, stopListening };
}
