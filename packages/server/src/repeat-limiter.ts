/**
 * Bounds the log lines of events that clients can cause at will: one line a second for each kind, with a count.
 *
 * The first event of a kind is logged in full. Further events within a second are counted, and one line at the end of
 * the second reports their number. Proven by: test/repeat-limiter.test.ts.
 */
import type { Clock } from '@sallyport/core';

/** The time between two lines of a kind, in milliseconds. */
const INTERVAL_MS = 1_000;

interface Kind {
  /** Events since the last line. */
  count: number;
  readonly logCount: (count: number) => void;
}

export interface RepeatLimiter {
  /** Calls `logEvent` if this kind had no event in the last second; else counts the event for `logCount`. */
  log(kind: string, logEvent: () => void, logCount: (count: number) => void): void;
  /** Logs all counts now: call it before the process exits. */
  flush(): void;
}

export function createRepeatLimiter(clock: Clock): RepeatLimiter {
  const kinds = new Map<string, Kind>();

  function logCounted(kind: Kind): boolean {
    const { count } = kind;
    kind.count = 0;
    if (count > 0) kind.logCount(count);
    return count > 0;
  }
  function startInterval(name: string, kind: Kind): void {
    clock.setTimeout(() => {
      if (logCounted(kind)) startInterval(name, kind);
      else kinds.delete(name);
    }, INTERVAL_MS);
  }
  return {
    log(name, logEvent, logCount) {
      const known = kinds.get(name);
      if (known) {
        known.count += 1;
        return;
      }
      const kind = { count: 0, logCount };
      kinds.set(name, kind);
      startInterval(name, kind);
      logEvent();
    },
    flush() {
      for (const kind of kinds.values()) logCounted(kind);
    },
  };
}
