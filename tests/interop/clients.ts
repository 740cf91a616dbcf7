/**
 * The foreign clients: a row for each, with the program in `clients/` that plays stories with it. `clients/story.py` describes a
 * story and the output of a program.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface Client {
  readonly name: string;
  /** Reads stories on its standard input. */
  readonly command: readonly string[];
  /** The reason why it cannot run here; undefined if it can. */
  readonly obstacle: string | undefined;
  /** Its API cannot send a ping, or does not report a pong. */
  readonly cannotPing?: true;
  /** What it reports instead of 1012, because its list of close codes ends before that one. */
  readonly takes1012For?: number;
}

const PYTHON = process.env['PYTHON'] ?? 'python3';

/** The folder of clients and runtimes from npm that must not become dependencies of the workspace. */
const NPM_CLIENTS = process.env['NPM_CLIENTS'];

export const clients: readonly Client[] = [
  python('websockets', 'websockets_client.py', 'websockets', 'python3-websockets'),
  {
    ...python('websocket-client', 'websocket_client.py', 'websocket', 'python3-websocket'),
    takes1012For: 1006,
  },
  python('aiohttp', 'aiohttp_client.py', 'aiohttp', 'python3-aiohttp'),
  python('tornado', 'tornado_client.py', 'tornado', 'python3-tornado'),
  python('wsproto', 'wsproto_client.py', 'wsproto', 'python3-wsproto'),
  python('trio-websocket', 'trio_client.py', 'trio_websocket', 'python3-trio-websocket'),
  python('autobahn', 'autobahn_client.py', 'autobahn', 'python3-autobahn'),
  {
    ...python('bindings of libsoup', 'soup_client.py', 'gi.repository.Soup', 'python3-gi gir1.2-soup-3.0'),
    cannotPing: true,
  },
  {
    name: 'npm’s ws',
    command: [process.execPath, fileOf('ws-client.js')],
    obstacle: undefined,
  },
  {
    ...fromNpm('npm’s faye-websocket', [process.execPath, fileOf('faye-client.js')], 'faye-websocket'),
    takes1012For: 1002,
  },
  fromNpm('npm’s websocket', [process.execPath, fileOf('websocket-client.js')], 'websocket'),
  runtime('Node 22’s own WebSocket', `node-linux-${process.arch}`, 'bin/node'),
  runtime('Deno’s own WebSocket', `@deno/linux-${process.arch}-glibc`, 'deno', ['run', '-A']),
  runtime('Bun’s own WebSocket', `@oven/bun-linux-${process.arch}-baseline`, 'bin/bun'),
  {
    ...ofDebian('Ruby’s faye-websocket', 'ruby', 'faye_client.rb', 'ruby-faye-websocket', [
      '-e',
      'require "faye/websocket"',
    ]),
    takes1012For: 1002,
  },
  ofDebian('Perl’s Mojolicious', 'perl', 'mojo_client.pl', 'libmojolicious-perl', [
    '-MMojo::UserAgent',
    '-e1',
  ]),
  {
    ...ofDebian('Perl’s AnyEvent', 'perl', 'anyevent_client.pl', 'libanyevent-websocket-client-perl', [
      '-MAnyEvent::WebSocket::Client',
      '-e1',
    ]),
    cannotPing: true,
  },
  {
    ...ofDebian('Lua’s http', 'lua5.3', 'http_client.lua', 'lua5.3 lua-http lua-basexx lua-cjson', [
      '-e',
      'package.path = package.path .. ";/usr/share/lua/5.2/?.lua" require "http.websocket" require "cjson"',
    ]),
    cannotPing: true,
    takes1012For: 1006,
  },
];

function fileOf(name: string): string {
  return fileURLToPath(new URL(`clients/${name}`, import.meta.url));
}

function python(name: string, file: string, module: string, packages: string): Client {
  // The bindings of GNOME may be installed without Soup.
  const [top, , last] = module.split('.');
  const proof = last ? `import ${top}; ${top}.require_version("${last}", "3.0")` : `import ${top}`;
  return ofDebian(`Python’s ${name}`, PYTHON, file, packages, ['-c', proof]);
}

/** `proof`: the arguments that make the interpreter load the library. */
function ofDebian(
  name: string,
  interpreter: string,
  file: string,
  packages: string,
  proof: string[],
): Client {
  const isThere = spawnSync(interpreter, proof, { stdio: 'ignore' }).status === 0;
  return {
    name,
    command: [interpreter, fileOf(file)],
    obstacle: isThere ? undefined : `${interpreter} has no such library (Debian: apt install ${packages})`,
  };
}

function fromNpm(name: string, command: readonly string[], npmPackage: string): Client {
  const isThere = NPM_CLIENTS && existsSync(join(NPM_CLIENTS, 'node_modules', npmPackage));
  return {
    name,
    command,
    obstacle: isThere
      ? undefined
      : `set NPM_CLIENTS to a folder DIR after: npm install --prefix DIR ${npmPackage}`,
  };
}

function runtime(name: string, npmPackage: string, file: string, options: readonly string[] = []): Client {
  const executable = join(NPM_CLIENTS ?? '', 'node_modules', npmPackage, file);
  const command = [executable, ...options, fileOf('own-websocket.js')];
  return { ...fromNpm(name, command, npmPackage), cannotPing: true };
}
