/** Refuses options that `connect` or `request` does not know. Proven by: test/connect-options.test.ts. */

/** Throws a `TypeError` for the first unknown option, with the nearest known name if one is similar. */
export function checkNames(given: object, known: readonly string[], of = 'connect'): void {
  for (const name of Object.keys(given)) {
    if (known.includes(name)) continue;
    const [nearest] = known
      .map((one) => ({ one, edits: editsBetween(name.toLowerCase(), one.toLowerCase()) }))
      .filter(({ one, edits }) => edits <= one.length / 2)
      .sort((a, b) => a.edits - b.edits);
    throw new TypeError(`${of} has no option ${name}${nearest ? `: did you mean ${nearest.one}?` : ''}`);
  }
}

/** Characters to insert, delete or replace to get from one text to the other. */
function editsBetween(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [index, letter] of [...from].entries()) {
    const next = [index + 1];
    for (let at = 0; at < to.length; at += 1)
      next.push(
        Math.min(
          (row[at] as number) + (letter === to[at] ? 0 : 1),
          (row[at + 1] as number) + 1,
          (next[at] as number) + 1,
        ),
      );
    row = next;
  }
  return row[to.length] as number;
}
