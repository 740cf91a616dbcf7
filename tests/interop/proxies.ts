/** nginx and haproxy in front of a server, with the configuration in docs/operations/behind-a-proxy.md, on free loopback ports. */

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { freePort } from '../fixtures/src/free-port.ts';

export interface RunningProxy {
  readonly port: number;
  /** Speaks HTTP/2 in clear text; only haproxy has it. */
  readonly http2Port: number;
  stop(): Promise<void>;
}

export interface ProxyKind {
  readonly name: string;
  /** The reason why it cannot run here; undefined if it can. */
  readonly obstacle: string | undefined;
  /** Starts a proxy that forwards to `url`. */
  start(url: string): Promise<RunningProxy>;
}

export const proxies: readonly ProxyKind[] = [
  { name: 'nginx', obstacle: obstacleOf('nginx'), start: startNginx },
  { name: 'haproxy', obstacle: obstacleOf('haproxy'), start: startHaproxy },
];

/** The reason why a proxy cannot run here; undefined if it can. */
export function obstacleOf(command: 'nginx' | 'haproxy'): string | undefined {
  const isThere = spawnSync(command, ['-v'], { stdio: 'ignore' }).status === 0;
  const debianPackage = command === 'nginx' ? 'nginx-light' : command;
  return isThere ? undefined : `there is no ${command} (Debian: apt install ${debianPackage})`;
}

/** The server's address in the documented configuration. Each test replaces it by the address of its server. */
const EXAMPLE = '127.0.0.1:5678';

async function startNginx(url: string): Promise<RunningProxy> {
  const block = await documented('nginx');
  return startProxy('nginx', async (folder, port) => {
    const file = join(folder, 'nginx.conf');
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
    await writeFile(
      file,
      `daemon off;
master_process off;
pid ${folder}/nginx.pid;
error_log stderr;
events {}
http {
  access_log off;
${temporary.map((name) => `  ${name}_temp_path ${folder}/${name};`).join('\n')}
  server {
    listen 127.0.0.1:${port};
    ${block.replaceAll(EXAMPLE, new URL(url).host)}
  }
}
`,
    );
    return ['-p', folder, '-c', file, '-e', 'stderr'];
  });
}

async function startHaproxy(url: string): Promise<RunningProxy> {
  const configuration = await documented('haproxy');
  return startProxy('haproxy', async (folder, port, http2Port) => {
    const file = join(folder, 'haproxy.cfg');
    await writeFile(
      file,
      `${configuration.replaceAll(EXAMPLE, new URL(url).host)}
frontend incoming
  bind 127.0.0.1:${port}
  bind 127.0.0.1:${http2Port} proto h2
  default_backend sallyport
`,
    );
    return ['-db', '-f', file];
  });
}

/** The block of that proxy in docs/operations/behind-a-proxy.md. */
async function documented(proxy: string): Promise<string> {
  const page = await readFile(new URL('../../docs/operations/behind-a-proxy.md', import.meta.url), 'utf8');
  const [, block] = new RegExp(`\`\`\`${proxy}\\n(.*?)\`\`\``, 's').exec(page) ?? [];
  if (!block?.includes(EXAMPLE))
    throw new Error(`the page has no ${proxy} block that passes on to ${EXAMPLE}`);
  return block;
}

/** `configure` writes the configuration into the folder and returns the proxy's arguments. */
export async function startProxy(
  command: string,
  configure: (folder: string, port: number, http2Port: number) => Promise<readonly string[]>,
): Promise<RunningProxy> {
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-proxy-'));
  const [port, http2Port] = [await freePort(), await freePort()];
  const child = spawn(command, await configure(folder, port, http2Port), {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (chunk) => {
    said += chunk;
  });
  try {
    while (!(await isListening(port))) {
      if (hasEnded(child)) throw new Error(`${command} ended: ${said}`);
      await wait(20);
    }
  } catch (error) {
    await rm(folder, { recursive: true });
    throw error;
  }
  return {
    port,
    http2Port,
    async stop() {
      if (!hasEnded(child)) {
        child.kill('SIGTERM');
        await once(child, 'exit');
      }
      await rm(folder, { recursive: true });
    },
  };
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

async function isListening(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
