/** The option `--workers`: how many processes serve, and what it excludes. Proven by: test/workers/option.test.ts. */
import { availableParallelism } from 'node:os';
import type { Configuration } from '../configuration/resolve.ts';
import type { OptionValue } from '../option-source.ts';
import { StartupError } from '../startup-error.ts';

export interface WorkersOption {
  /** The processes that serve, from 1 to 256. Absent: this process serves, without a parent. */
  readonly workers?: OptionValue<number>;
}

/** Returns an empty object if the operator wants no workers. Throws a `StartupError` for an option that several processes cannot have. */
export function workersOption(configuration: Configuration): WorkersOption {
  const given = configuration.given<number | 'auto'>('workers');
  if (!given) return {};
  const { name, value } = given;
  const record = configuration.given<string>('record');
  if (record)
    throw new StartupError(
      `${record.name} and ${name} exclude each other: several processes cannot write one recording; record one process without ${name}`,
    );
  const inspectPayloads = configuration.given<boolean>('inspectPayloads');
  if (inspectPayloads?.value)
    throw new StartupError(
      `${inspectPayloads.name} and ${name} exclude each other: the live view shows one process; start one without ${name}`,
    );
  return { workers: { name, value: value === 'auto' ? availableParallelism() : value } };
}
