/** A server that all tests in the browser share. It does not use `Running`: vitest's global set-up cannot load our sources. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export interface SharedServer {
  readonly name: string;
  /** The address of its page. */
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts the built binary of this name. Resolves to undefined if it cannot run here. */
export async function startSharedServer(name: string): Promise<SharedServer | undefined> {
  const file = fileURLToPath(new URL(`../../packages/server/dist/bin/${name}.js`, import.meta.url));
  const { PATH } = process.env;
  const server = spawn(process.execPath, [file, '--port', '0'], {
    env: { PATH },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const ended = once(server, 'close');
  for await (const line of createInterface({ input: server.stdout })) {
    const { event, port } = JSON.parse(line) as { event: string; port?: number };
    if (event !== 'listening') continue;
    server.stdout.resume();
    return {
      name,
      url: `http://127.0.0.1:${port}/`,
      async stop() {
        server.kill('SIGTERM');
        await ended;
      },
    };
  }
  return undefined;
}
