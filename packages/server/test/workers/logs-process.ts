/**
 * The logs of channels in a process of their own, as the parent of workers has them, and the brokers of several nodes on them.
 *
 * Here the tests are the workers, and the child is the parent: the messages and their way are the same. Several nodes share the one channel of
 * messages to the child, so each message says which node it is for.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import type { Broker } from '@sallyport/channels';
import type { BrokerCall, BrokerNews } from '../../src/workers/broker/calls.ts';
import { ParentBroker } from '../../src/workers/broker/parent-broker.ts';

const built = new URL('../../dist/workers/broker/hosted-broker.js', import.meta.url);

const channels = new URL('../../../channels/dist/index.js', import.meta.url);

/** What the child runs. It gets its imports as addresses, because a script on the command line has no folder. */
const script = `
const { createMemoryLogs } = await import(${JSON.stringify(channels.href)});
const { HostedBroker } = await import(${JSON.stringify(built.href)});
const clock = { now: () => performance.now() };
const logs = createMemoryLogs({ clock, random: Math.random, keyMs: Number(process.env.KEY_MS) });
const nodes = new Map();
process.on('message', ({ node, call, command }) => {
  if (command === 'forget') logs.forgetAll();
  if (command === 'open')
    nodes.set(node, new HostedBroker(logs.createBroker(), { isFull: false, post: (news) => process.send({ node, news }) }));
  if (call) nodes.get(node).serve(call);
});
process.send({ ready: true });
`;

export class LogsProcess {
  readonly #child: ChildProcess;
  readonly #deadlineMs: number;
  readonly #brokers: ParentBroker[] = [];

  private constructor(child: ChildProcess, deadlineMs: number) {
    this.#child = child;
    this.#deadlineMs = deadlineMs;
    child.on('message', ({ node, news }: { node: number; news: BrokerNews }) =>
      this.#brokers[node]?.take(news),
    );
    child.on('disconnect', () => {
      for (const broker of this.#brokers) broker.lost('the parent process has ended');
    });
  }

  static async start({ keyMs, deadlineMs }: { keyMs: number; deadlineMs: number }): Promise<LogsProcess> {
    if (!existsSync(built)) throw new Error(`${built.pathname} is not built: run \`pnpm build\` first`);
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      serialization: 'advanced',
      env: { PATH: process.env['PATH'], KEY_MS: String(keyMs) },
    });
    await once(child, 'message');
    return new LogsProcess(child, deadlineMs);
  }

  createBroker(): Broker {
    const node = this.#brokers.length;
    const child = this.#child;
    child.send({ node, command: 'open' });
    const way = { isFull: false, post: (call: BrokerCall) => void child.send({ node, call }) };
    const broker = new ParentBroker(way, this.#deadlineMs);
    this.#brokers.push(broker);
    return broker;
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  forgetAll(): void {
    this.#child.send({ command: 'forget' });
  }

  async close(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#child.kill('SIGKILL');
    await once(this.#child, 'exit');
  }
}
