/** A server that the reader's project has started, and a client for it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { plainEnvironment } from './npm.ts';

export class Server {
  readonly #process: ChildProcess;
  #said = '';

  private constructor(process: ChildProcess) {
    this.#process = process;
    const note = (text: unknown) => {
      this.#said += text;
    };
    process.stdout?.on('data', note);
    process.stderr?.on('data', note);
  }

  /** Resolves when the server accepts connections; rejects with its output if it exits before. */
  static async start(cwd: string, node: string, args: readonly string[], { PORT }: { PORT: number }) {
    const env = { ...plainEnvironment(), PORT: String(PORT) };
    const server = new Server(spawn(node, args, { cwd, env, stdio: 'pipe' }));
    // An example prints nothing when it listens.
    while (!(await isTaken(PORT))) {
      if (server.#process.exitCode !== null) throw new Error(`${args} ended:\n${server.#said}`);
      await delay(20);
    }
    return server;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#process.exitCode !== null) return;
    this.#process.kill('SIGTERM');
    await once(this.#process, 'exit');
  }
}

async function isTaken(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  const taken = await new Promise<boolean>((resolve) => {
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
  });
  socket.destroy();
  return taken;
}

/** Sends all texts at once, and resolves to as many replies. */
export async function talk(url: string, ...texts: string[]): Promise<string[]> {
  const socket = new WebSocket(url);
  const heard: string[] = [];
  await once(socket, 'open');
  for (const text of texts) socket.send(text);
  await new Promise<void>((resolve, reject) => {
    socket.on('message', (data) => {
      if (heard.push(String(data)) === texts.length) resolve();
    });
    socket.once('close', (code) => reject(new Error(`closed with ${code} after ${JSON.stringify(heard)}`)));
  });
  socket.close();
  return heard;
}
