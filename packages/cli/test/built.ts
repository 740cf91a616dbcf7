/** The built binaries, which users run. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export function built(folder: string, name: string): string {
  const file = fileURLToPath(new URL(`../../${folder}/dist/bin/${name}.js`, import.meta.url));
  if (!existsSync(file)) throw new Error(`${file} is not built: run \`pnpm build\` first`);
  return file;
}

export const sallyport = built('cli', 'sallyport');

/** A directory where nothing can be kept, so no test leaves a device token in the home of the developer. */
export const NO_STATE = '/dev/null/state';
