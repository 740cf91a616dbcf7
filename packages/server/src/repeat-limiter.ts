/**
 * Bounds the log lines of events that clients can cause at will: some lines a second for each kind, and a count of the others.
 *
 * The first events of a kind are logged in full. Further events within a second are counted, and one line at the end of
 * the second reports their number. After a second without counted events, events are logged in full again. Proven by: test/repeat-limiter.test.ts.
 */
import type { Clock } from '@sallyport/core';

/** The time between two lines of a kind, in milliseconds. */
const INTERVAL_MS = 1_000;

interface Kind {
  /** Events since the last line. */
  count: number;
  /** Events that may still be logged in full. */
  left: number;
  readonly logCount: (count: number) => void;
}

export interface RepeatLimiter {
  /**
   * Calls `logEvent` for the first `lines` events of this kind in a second, and counts the others for `logCount`. `lines` is 1 or more.
   * Default: 1.
   */
  log(kind: string, logEvent: () => void, logCount: (count: number) => void, lines?: number): void;
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
    log(name, logEvent, logCount, lines = 1) {
      const known = kinds.get(name);
      if (known && known.left === 0) {
        known.count += 1;
        return;
      }
      if (known) {
        known.left -= 1;
        logEvent();
        return;
      }
      const kind = { count: 0, left: lines - 1, logCount };
      kinds.set(name, kind);
      startInterval(name, kind);
      logEvent();
    },
    flush() {
      for (const kind of kinds.values()) logCounted(kind);
    },
  };
}
