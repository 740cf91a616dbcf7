/** A second implementation at the other end: Python's `websockets`, with the tutorial's client, against both binaries. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { binaries, isUnavailable, start } from './binaries.ts';

const PYTHON = process.env['PYTHON'] ?? 'python3';
const hasWebsockets = runs('import websockets');
if (!hasWebsockets)
  console.warn(`skipped: ${PYTHON} has no websockets (Debian: apt install python3-websockets)`);

describe.skipIf(!hasWebsockets).for(binaries)('the tutorial’s client against %s', (binary) => {
  it.skipIf(isUnavailable(binary))('signs in, talks and leaves', async () => {
    const server = await start(binary, ['--log-level', 'debug']);
    try {
      const { output, code } = await converse(server.url, [
        'admin:1',
        'nonsense',
        'admin:123456',
        'hello',
        'é€😀',
        'exit',
      ]);
      expect(output).toBe(
        [
          'please enter your username and password: sorry, the username or password is wrong, please submit again',
          'please enter your username and password: sorry, the username or password is wrong, please submit again',
          'please enter your username and password: congratulation, you have connect with server\r',
          'now, you can do something else',
          'please enter your context: your submit context: hello',
          'please enter your context: your submit context: é€😀',
          'please enter your context: you have enter "exit", goodbye',
          '',
        ].join('\n'),
      );
      expect(code).toBe(0);
    } finally {
      await server.stop();
    }
    expect(server.log).toContainEqual(expect.objectContaining({ event: 'session.closed', code: 1000 }));
  });
});

async function converse(url: string, lines: readonly string[]): Promise<{ output: string; code: number }> {
  const client = spawn(PYTHON, [fileURLToPath(new URL('tutorial_client.py', import.meta.url)), url], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, PYTHONIOENCODING: 'utf-8' },
  });
  let output = '';
  client.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  client.stdin.end(lines.map((line) => `${line}\n`).join(''));
  const [code] = (await once(client, 'close')) as [number];
  return { output, code };
}

function runs(script: string): boolean {
  try {
    execFileSync(PYTHON, ['-c', script], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
