/**
 * A Chromium that npm brings: no browser of the system's is needed, and none is used.
 *
 * The package unpacks into the folder for temporary files, and takes whatever lies there for its own: so that folder is
 * named for the version. The libraries that Debian may not have come with it, if it is told before it is loaded that it
 * runs on AWS. Its default arguments are left out: they switch off what is tested here.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
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

/** Throws if it cannot start here. What it changes of the environment, it changes back. */
export async function startChromium(): Promise<BrowserServer> {
  const before = { ...process.env };
  const folder = join(tmpdir(), `sallyport-chromium-${version}`);
  mkdirSync(join(folder, 'fontconfig'), { recursive: true });
  writeFileSync(join(folder, 'fontconfig', 'fonts.conf'), fonts(folder));
  Object.assign(process.env, {
    TMPDIR: folder,
    AWS_LAMBDA_JS_RUNTIME: 'nodejs20.x',
    FONTCONFIG_PATH: join(folder, 'fontconfig'),
  });
  try {
    const { default: unpacked } = await import('@sparticuz/chromium');
    const executablePath = await unpacked.executablePath();
    return await chromium.launchServer({ executablePath, headless: true, args });
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
