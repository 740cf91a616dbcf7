/**
 * Bugs to plant, one at a time: each replaces one text of a source file by another. `find-planted-bugs.ts` shows that the simulation
 * finds them. A text that is not in its file once, and once only, is an error. Proven by: test/planted.test.ts.
 */

/** A bug to plant. */
export interface PlantedBug {
  /** What is wrong then. */
  readonly name: string;
  /** The source file, below `packages`. */
  readonly file: string;
  readonly text: string;
  readonly replacement: string;
}
