/** A user file with one account, and strangers who guess its password until the throttle closes it for a while. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { users } from '@sallyport/auth';
import { canary } from '@sallyport/core/testing/canary';
import { WebSocket } from 'ws';

export interface Account {
  readonly username: string;
  readonly password: string;
  /** The user file. */
  readonly file: string;
  remove(): void;
}

export async function makeAccount(): Promise<Account> {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-'));
  const file = join(folder, 'users');
  await users(file).add('ada', canary.password);
  return {
    username: 'ada',
    password: canary.password,
    file,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/**
 * Guesses until the server postpones for at least `leastMs` milliseconds: 7000 at most. Each guess comes when the server looks
 * at one again.
 */
export async function guessUntilClosed(url: string, username: string, leastMs: number): Promise<void> {
  for (;;) {
    const answer = await guess(url, username);
    if (answer.type !== 'postponed') continue;
    const { retryInMs = 0 } = answer;
    if (retryInMs >= leastMs) return;
    await new Promise((resolve) => setTimeout(resolve, retryInMs));
  }
}

interface Answer {
  readonly type: string;
  readonly retryInMs?: number;
}

function guess(url: string, username: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, ['sallyport.v1']);
    socket.on('error', reject);
    socket.on('open', () => {
      socket.send(JSON.stringify({ type: 'authenticate', username, password: `guess ${Math.random()}` }));
    });
    socket.on('message', (data) => {
      resolve(JSON.parse(String(data)) as Answer);
      socket.close();
    });
  });
}
