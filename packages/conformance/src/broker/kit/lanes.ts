/** Work that goes on for a while: several lanes at once, and in each one call after the other. */
const LANES = 3;

/** Does all of the work. Other calls of the story come in between, because no lane sends everything at once. */
export async function inLanes<Item>(
  work: readonly Item[],
  act: (item: Item) => Promise<unknown>,
): Promise<void> {
  const lane = async (number: number) => {
    for (let i = number; i < work.length; i += LANES) await act(work[i] as Item);
  };
  await Promise.all(Array.from({ length: LANES }, (_, number) => lane(number)));
}
