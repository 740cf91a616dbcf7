/** That what `--as-test` prints is a test that passes, and fails if the machine changes. Each runs in a Vitest of its own. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type RecordedSession, readRecording, writeStory } from '@sallyport/recording';
import { afterAll, expect, it } from 'vitest';
import { harness, recordedPath } from './harness.ts';

const run = promisify(execFile);
const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs');
/** Inside of the package, so that imports of packages are found. */
const folder = mkdtempSync(join(fileURLToPath(new URL('.', import.meta.url)), '.story-'));

afterAll(() => rmSync(folder, { recursive: true }));

/** The session machine with a change: it forgives a malformed line. */
const changedCore = `
import * as core from '${fileURLToPath(new URL('../../core/src/index.ts', import.meta.url))}';
export const compiledEngine = {
  start: (input, commands) => core.compiledEngine.start(input, commands),
  step: (snapshot, fact, commands) =>
    fact.type === 'message.malformed' ? snapshot : core.compiledEngine.step(snapshot, fact, commands),
};
`;

async function outcomeOf(story: string, name: string, core?: string) {
  writeFileSync(join(folder, `${name}.test.ts`), story);
  if (core !== undefined) writeFileSync(join(folder, `${name}-core.js`), core);
  const alias = core === undefined ? '{}' : `{ '@sallyport/core': '${join(folder, `${name}-core.js`)}' }`;
  const config = join(folder, `${name}.config.js`);
  writeFileSync(
    config,
    `const conditions = ['@sallyport/source'];
export default { resolve: { conditions, alias: ${alias} }, ssr: { resolve: { conditions } },
  test: { include: ['${name}.test.ts'], testTimeout: 300_000 } };\n`,
  );
  const args = [vitest, 'run', '--root', folder, '--config', config, '--reporter', 'verbose'];
  return await run(process.execPath, args, { env: { ...process.env, NO_COLOR: '1' } }).then(
    ({ stdout }) => ({ passes: true, output: stdout }),
    ({ stdout, stderr }: { stdout: string; stderr: string }) => ({ passes: false, output: stdout + stderr }),
  );
}

/** A session with most kinds of facts, which a malformed message ends. */
function story(): string {
  const { signIn, read } = harness();
  signIn('eve', 'wrong');
  const client = signIn("o'neil\u2028*/");
  client.say({ type: 'message', text: 'hello' });
  client.say({ type: 'request', id: 7, method: 'save', params: [1] });
  client.say({ type: 'refresh', token: 'abc' });
  client.send('{');
  client.connection.closed(1007);
  const recording = read();
  return writeStory(recording, [recording.sessions.get(2) as RecordedSession], "it's\n*/ a recording");
}

it('a printed story imports only core and Vitest, and passes', async () => {
  const text = story();
  expect(text.match(/from '.*'/g)).toEqual(["from '@sallyport/core'", "from 'vitest'"]);
  const { output, passes } = await outcomeOf(text, 'same');
  expect(output).toContain('the machine takes the recorded steps');
  expect({ output, passes }).toMatchObject({ passes: true });
});

it('a printed story fails if the machine has changed, and says in which step', async () => {
  const { output, passes } = await outcomeOf(story(), 'changed', changedCore);
  expect(passes).toBe(false);
  expect(output).toMatch(/message\.malformed after 0 ms/);
});

it('the last step of a session that is still open stays out of its story, because commands may be missing', () => {
  const recording = readRecording([
    { name: 'x', text: recordedPath([{ type: 'credentials.malformed' }], 5) },
  ]);
  const text = writeStory(recording, [...recording.sessions.values()], 'x');
  expect(text).toContain('atMs: 0');
  expect(text).not.toContain('credentials.malformed');
});
