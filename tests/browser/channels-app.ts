/** An app with channels for the binaries: its users sign in with any name, and may do all in the channels `demo:*`. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

const packageFile = (name: string) =>
  JSON.stringify(new URL(`../../packages/${name}/dist/index.js`, import.meta.url).href);

const source = (historySize: number) => `
import { allow, createChannels, deny } from ${packageFile('channels')};
import { accept, refuse } from ${packageFile('core')};
export const authenticate = ({ username, password }) => (password === '123456' ? accept(username) : refuse());
export const channels = createChannels({
  clock: { setTimeout, clearTimeout, now: () => performance.now(), wallNow: Date.now },
  random: Math.random,
  authorize: (session, channel) => (channel.startsWith('demo:') ? allow() : deny()),
  namespaces: { 'demo:*': { historySize: ${historySize} }, 'secret:*': {} },
  limits: { presenceGraceMs: 300, presenceMs: 50 },
});
export const start = () => () => channels.close();
`;

/** The options of a binary that runs the app. A channel keeps this many publications. */
export function channelsApp(historySize = 100): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-channels-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'app.mjs');
  writeFileSync(file, source(historySize));
  return ['--app', file];
}
