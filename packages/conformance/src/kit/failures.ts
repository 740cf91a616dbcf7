/** The failed stories of an adapter, and which later stories are skipped because of them. */
import { pathSections } from './stories-of.ts';

/** Failures from which the machine's paths are skipped: they would take minutes, and tell less than the duties. */
const MAX_FAILURES = 10;

export class Failures {
  readonly #names = new Set<string>();

  failed(name: string): void {
    this.#names.add(name);
  }

  /** A story that failed before may pass when it is retried. */
  passed(name: string): void {
    this.#names.delete(name);
  }

  /** The reason to skip a story of this section, if there is one. */
  skipReason(section: string): string | undefined {
    if (this.#names.size < MAX_FAILURES || !pathSections.includes(section)) return undefined;
    return `${this.#names.size} stories have failed: fix these first`;
  }
}
