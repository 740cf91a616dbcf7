/** Signals that end a process: heard, so that it can say goodbye to the server; a second one ends it at once. */

const SIGNALS = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

/** `signalled` resolves to the exit code that shells know a signal by. */
export function listenForSignals(): { signalled: Promise<number>; forget: () => void } {
  const names = Object.keys(SIGNALS) as (keyof typeof SIGNALS)[];
  let tell: (code: number) => void = () => {};
  const hear = (name: keyof typeof SIGNALS) => {
    forget();
    tell(SIGNALS[name]);
  };
  const forget = () => {
    for (const name of names) process.off(name, hear);
  };
  const signalled = new Promise<number>((resolve) => {
    tell = resolve;
  });
  for (const name of names) process.on(name, hear);
  return { signalled, forget };
}
