/**
 * Finds the known word that a misspelt one probably means, for the advice of a refusal.
 * Proven by: test/refusals.test.ts.
 */

/** The known word that is at most two edits away, or undefined. An edit adds, removes, replaces or swaps letters. */
export function nearest(word: string, known: Iterable<string>): string | undefined {
  let best: string | undefined;
  // Two edits turn a short word into any other.
  let limit = word.length > 3 ? 2 : 1;
  for (const candidate of known) {
    const distance = editsBetween(word.toLowerCase(), candidate.toLowerCase(), limit);
    if (distance > limit) continue;
    best = candidate;
    limit = distance - 1;
  }
  return best;
}

function editsBetween(a: string, b: string, limit: number): number {
  if (a === b) return 0;
  if (limit <= 0 || Math.abs(a.length - b.length) > limit) return Number.POSITIVE_INFINITY;
  let same = 0;
  while (same < a.length && a[same] === b[same]) same += 1;
  const [restA, restB] = [a.slice(same), b.slice(same)];
  const isSwap = restA[0] === restB[1] && restA[1] === restB[0];
  const rests = [
    editsBetween(restA.slice(1), restB.slice(1), limit - 1),
    editsBetween(restA.slice(1), restB, limit - 1),
    editsBetween(restA, restB.slice(1), limit - 1),
    isSwap ? editsBetween(restA.slice(2), restB.slice(2), limit - 1) : Number.POSITIVE_INFINITY,
  ];
  return 1 + Math.min(...rests);
}
