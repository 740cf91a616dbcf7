/** The memory of the processes of a campaign, each time that nothing happens. Proven by: test/campaign-rules.test.ts. */
import type { Usage } from './processes.ts';

/** Growth of one process between the first and the last time. What V8 and Redis keep for later use is less. */
export const MOST_GROWTH_BYTES = 100 * 2 ** 20;

interface Sample {
  readonly name: string;
  readonly firstBytes: number;
  lastBytes: number;
  /** The number of times. A process that was started again has a new count. */
  times: number;
}

export class MemoryWatch {
  readonly #samples = new Map<number, Sample>();

  /** Notes the memory of processes, all under the same name. */
  note(name: string, processes: readonly Usage[]): void {
    for (const { pid, residentBytes } of processes) {
      const known = this.#samples.get(pid);
      if (!known)
        this.#samples.set(pid, { name, firstBytes: residentBytes, lastBytes: residentBytes, times: 1 });
      else {
        known.lastBytes = residentBytes;
        known.times += 1;
      }
    }
  }

  /** For each name: the largest growth, and the memory of that process the first and the last time. */
  get growth(): readonly {
    readonly name: string;
    readonly firstBytes: number;
    readonly lastBytes: number;
    readonly times: number;
  }[] {
    const names = [...new Set([...this.#samples.values()].map(({ name }) => name))];
    const grown = ({ firstBytes, lastBytes }: Sample) => lastBytes - firstBytes;
    return names.flatMap((name) => {
      const own = [...this.#samples.values()].filter((one) => one.name === name && one.times > 1);
      return own.sort((one, other) => grown(other) - grown(one)).slice(0, 1);
    });
  }

  /** Those that have grown by more than the bound. */
  get problems(): readonly string[] {
    return this.growth
      .filter(({ firstBytes, lastBytes }) => lastBytes - firstBytes > MOST_GROWTH_BYTES)
      .map(({ name, firstBytes, lastBytes }) => `${name} grew from ${firstBytes} to ${lastBytes} bytes`);
  }
}
