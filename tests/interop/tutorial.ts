/** The unchanged client of the tutorial: Python's `websockets`, with lines typed at its prompts. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const PYTHON = process.env['PYTHON'] ?? 'python3';

/** The reason why it cannot run here; undefined if it can. */
export function whyNoTutorial(): string | undefined {
  try {
    execFileSync(PYTHON, ['-c', 'import websockets'], { stdio: 'ignore' });
    return undefined;
  } catch {
    return `${PYTHON} has no websockets (Debian: apt install python3-websockets)`;
  }
}

/** Its output and its exit code. */
export async function converse(
  url: string,
  lines: readonly string[],
): Promise<{ output: string; code: number }> {
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
