/**
 * Finds the shortest list of events with which a run still breaks the same rule. It leaves out ever smaller parts of the list.
 *
 * Proven by: test/shrink.test.ts.
 */

/** Returns a shorter list for which `fails` still holds. Asks at most `budget` times. */
export async function shrink(
  events: readonly number[],
  fails: (events: readonly number[]) => Promise<boolean>,
  budget: number,
): Promise<readonly number[]> {
  let shortest = events;
  let asked = 0;
  for (let size = Math.ceil(events.length / 2); size >= 1; size = Math.floor(size / 2)) {
    let hasShrunk = true;
    while (hasShrunk) {
      hasShrunk = false;
      // From the end: what comes late is left out more often.
      for (let end = shortest.length; end > 0; end -= size) {
        const without = [...shortest.slice(0, Math.max(0, end - size)), ...shortest.slice(end)];
        if (asked >= budget) return shortest;
        asked += 1;
        if (!(await fails(without))) continue;
        shortest = without;
        hasShrunk = true;
      }
    }
  }
  return shortest;
}
