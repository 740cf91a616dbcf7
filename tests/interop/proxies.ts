/** nginx and haproxy in front of a server, with the configuration that the README gives: each on a free port of the loopback. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

export interface RunningProxy {
  readonly port: number;
  /** Speaks HTTP/2 in clear text; only haproxy has it. */
  readonly http2Port: number;
  stop(): Promise<void>;
}

export interface ProxyKind {
  readonly name: string;
  /** Why it cannot run here. */
  readonly obstacle: string | undefined;
  /** Passes what comes on to `url`. */
  start(url: string): Promise<RunningProxy>;
}

export const proxies: readonly ProxyKind[] = [
  { name: 'nginx', obstacle: obstacleOf('nginx', 'nginx-light'), start: startNginx },
  { name: 'haproxy', obstacle: obstacleOf('haproxy', 'haproxy'), start: startHaproxy },
];

function obstacleOf(command: string, debianPackage: string): string | undefined {
  const isThere = spawnSync(command, ['-v'], { stdio: 'ignore' }).status === 0;
  return isThere ? undefined : `there is no ${command} (Debian: apt install ${debianPackage})`;
}

/** The address of the README's examples, which each test replaces by that of its server. */
const EXAMPLE = '127.0.0.1:5678';

async function startNginx(url: string): Promise<RunningProxy> {
  const block = await fromReadme(/```nginx\n(.*?)```/s);
  if (!block.includes(EXAMPLE)) throw new Error(`the README’s nginx does not pass on to ${EXAMPLE}`);
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
  const [first, second] = (await fromReadme(/In haproxy (`[^`]+`\s+and\s+`[^`]+`)\s+do/)).matchAll(
    /`([^`]+)`/g,
  );
  return startProxy('haproxy', async (folder, port, http2Port) => {
    const file = join(folder, 'haproxy.cfg');
    await writeFile(
      file,
      `defaults
  mode http
  timeout connect 30s
  timeout client 30s
  timeout server 30s
  ${first?.[1]}
  ${second?.[1]}
frontend gate
  bind 127.0.0.1:${port}
  bind 127.0.0.1:${http2Port} proto h2
  default_backend sallyport
backend sallyport
  server one ${new URL(url).host}
`,
    );
    return ['-db', '-f', file];
  });
}

async function fromReadme(pattern: RegExp): Promise<string> {
  const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8');
  const found = pattern.exec(readme)?.[1];
  if (found === undefined) throw new Error(`the README has nothing like ${pattern}`);
  return found;
}

/** `configure` writes the configuration into the folder and returns the proxy's arguments. */
async function startProxy(
  command: string,
  configure: (folder: string, port: number, http2Port: number) => Promise<readonly string[]>,
): Promise<RunningProxy> {
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-proxy-'));
  const [port, http2Port] = await freePorts();
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

/** Both are taken at the same time, so that they differ. */
async function freePorts(): Promise<[number, number]> {
  const servers = [createServer(), createServer()];
  const ports = await Promise.all(
    servers.map(async (server) => {
      await once(server.listen(0, '127.0.0.1'), 'listening');
      const address = server.address();
      return typeof address === 'object' && address ? address.port : 0;
    }),
  );
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return [ports[0] ?? 0, ports[1] ?? 0];
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
