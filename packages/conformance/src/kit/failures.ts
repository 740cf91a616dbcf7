/** Which stories of an adapter have failed, and what that means for those that are still to come. */
import { ofPaths } from './stories-of.ts';

/** From so many on an adapter is broken as a whole: its paths would take minutes, and say less than the duties. */
const MANY = 10;

export class Failures {
  readonly #names = new Set<string>();

  failed(name: string): void {
    this.#names.add(name);
  }

  /** It may have failed before, and been tried again. */
  passed(name: string): void {
    this.#names.delete(name);
  }

  /** Why a story of this section is not to be told, if it is not. */
  whySkip(section: string): string | undefined {
    if (this.#names.size < MANY || !ofPaths.includes(section)) return undefined;
    return `${this.#names.size} stories have failed: mend these first`;
  }
}
