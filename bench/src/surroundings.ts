/** The machine and the software of a measurement, as far as a reader of the figures needs it: no names, no paths. */
import { readFileSync } from 'node:fs';
import { arch, availableParallelism, cpus, loadavg, platform, release, totalmem } from 'node:os';
import { join } from 'node:path';

export interface Surroundings {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly platform: string;
  readonly node: string;
  /** Over the last minute, before the run: well above 0 means that something else was running. */
  readonly loadAtStart: number;
  readonly versions: Readonly<Record<string, string>>;
}

const LIBRARIES = [
  ...['ws', 'uWebSockets.js', 'xstate', 'xstate-6', 'graphql-ws', 'crossws', 'socket.io', '@redis/client'],
  ...['@socket.io/redis-adapter', '@socket.io/redis-streams-adapter'],
];

export function surroundings(): Surroundings {
  return {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    platform: `${platform()} ${release().split(/[.-]/).slice(0, 2).join('.')} ${arch()}`,
    node: process.version,
    loadAtStart: Number((loadavg()[0] ?? 0).toFixed(2)),
    versions: Object.fromEntries(LIBRARIES.map((name) => [name, versionOf(name)])),
  };
}

/** The installed version. Not every package exports its package.json. */
function versionOf(name: string): string {
  const file = join(import.meta.dirname, '..', 'node_modules', name, 'package.json');
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
