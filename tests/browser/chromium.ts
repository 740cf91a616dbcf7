/**
 * A Chromium that npm brings: no browser of the system's is needed, and none is used.
 *
 * The package unpacks into the folder for temporary files, and takes whatever lies there for its own: so that folder is
 * named for the version. The libraries that Debian may not have come with it, if it is told before it is loaded that it
 * runs on AWS. Its default arguments are left out: they switch off what is tested here.
 */
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserServer, chromium } from 'playwright-core';

const packed = createRequire(import.meta.url).resolve('@sparticuz/chromium');
const version = /@sparticuz\+chromium@([\d.]+)/.exec(packed)?.[1] ?? 'unknown';

const args = [
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Throws if it cannot start here. */
export async function startChromium(): Promise<BrowserServer> {
  const folder = join(tmpdir(), `sallyport-chromium-${version}`);
  const executablePath = join(folder, 'chromium');
  if (!existsSync(executablePath)) await unpack(folder);
  const fontFolder = join(folder, 'fontconfig');
  mkdirSync(fontFolder, { recursive: true });
  writeFileSync(join(fontFolder, 'fonts.conf'), fonts(folder));
  const env = {
    ...process.env,
    LD_LIBRARY_PATH: join(folder, 'al2023', 'lib'),
    FONTCONFIG_PATH: fontFolder,
  };
  return chromium.launchServer({ executablePath, headless: true, args, env });
}

/** Whole or not at all: others may be about to start one, too. What it changes of the environment, it changes back. */
async function unpack(folder: string): Promise<void> {
  const before = { ...process.env };
  const scratch = mkdtempSync(join(tmpdir(), 'sallyport-chromium-'));
  Object.assign(process.env, { TMPDIR: scratch, AWS_LAMBDA_JS_RUNTIME: 'nodejs20.x' });
  try {
    const { default: packed } = await import('@sparticuz/chromium');
    await packed.executablePath();
    renameSync(scratch, folder);
  } catch (error) {
    rmSync(scratch, { recursive: true, force: true });
    // Another process was first.
    if (!existsSync(join(folder, 'chromium'))) throw error;
  } finally {
    for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
    Object.assign(process.env, before);
  }
}

/** Its own font for what is read, and the system's for all else; so that screenshots look alike everywhere. */
const fonts = (folder: string) => `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${folder}/fonts/fonts</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir>${folder}/fontconfig/cache</cachedir>
  <alias><family>system-ui</family><prefer><family>Open Sans</family></prefer></alias>
  <alias><family>sans-serif</family><prefer><family>Open Sans</family></prefer></alias>
  <alias><family>monospace</family><prefer><family>DejaVu Sans Mono</family></prefer></alias>
</fontconfig>
`;
