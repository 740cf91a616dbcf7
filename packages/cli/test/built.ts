/** The binaries as they are built: what users run. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export function built(folder: string, name: string): string {
  const file = fileURLToPath(new URL(`../../${folder}/dist/bin/${name}.js`, import.meta.url));
  if (!existsSync(file)) throw new Error(`${file} is not built: run \`pnpm build\` first`);
  return file;
}

export const sallyport = built('cli', 'sallyport');

/** Nothing can be kept there, so that no test leaves a device token in the home of the person who runs it. */
export const NO_STATE = '/dev/null/state';
