/** What the nearest package.json above a file says about title and version. */
import { readFileSync } from 'node:fs';
import { dirname, join, parse, resolve } from 'node:path';

/** The `info` of a document. */
export interface Info {
  readonly title: string;
  readonly version: string;
}

/** Where there is no name, the title is the name of the file; where there is no version, it is 0.0.0. */
export function infoOf(file: string): Info {
  const path = resolve(file);
  const manifest = nearestManifest(dirname(path));
  const text = (name: string, otherwise: string) => {
    const value = manifest[name];
    return typeof value === 'string' && value !== '' ? value : otherwise;
  };
  return { title: text('name', parse(path).name), version: text('version', '0.0.0') };
}

function nearestManifest(folder: string): Readonly<Record<string, unknown>> {
  for (let at = folder; ; at = dirname(at)) {
    const manifest = parsed(join(at, 'package.json'));
    if (manifest) return manifest;
    if (at === dirname(at)) return {};
  }
}

/** Undefined for a file that is missing, or that is not a JSON object. */
function parsed(path: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
