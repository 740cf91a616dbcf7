/**
 * One worker, as the parent sees it: a process of the same program, with a link to it.
 *
 * Proven by: test/workers/binaries.test.ts.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { Broker } from '@sallyport/channels';
import type { MetricValues } from '@sallyport/operations';
import { HostedBroker } from './broker/hosted-broker.ts';
import { forwardLines } from './forward-lines.ts';
import type { ListeningFacts, Question, ToParent, ToWorker } from './messages.ts';
import { Outbox } from './outbox.ts';
import { environmentOf, type WorkerRole } from './role.ts';

/** How long a worker may take to answer a question, in milliseconds. */
const ANSWER_MS = 5_000;

/** The descriptor of the shared socket in a worker: after standard input, output and error, and the channel of messages. */
export const SOCKET_FD = 4;

/** How a worker ended. */
export interface WorkerEnd {
  readonly code: number | null;
  readonly signal: string | null;
  /** Why it could not start, if the operator can mend that. */
  readonly problem: string | undefined;
}

/** What a worker is started with. */
export interface WorkerSetting {
  readonly role: Omit<WorkerRole, 'version'>;
  /** The shared socket. Undefined: the worker opens the port. */
  readonly fd: number | undefined;
  /** The broker of the worker's channels. */
  readonly broker: Broker;
  /** Takes each line that the worker writes to standard output. */
  readonly write: (line: string) => void;
}

export class WorkerProcess {
  readonly id: number;
  /** Resolves once the worker listens. */
  readonly listening: Promise<ListeningFacts>;
  /** Resolves once the process has ended. Never rejects. */
  readonly ended: Promise<WorkerEnd>;
  /** Resolves once all that it wrote has arrived. Never rejects. */
  readonly silent: Promise<unknown>;
  readonly #child: ChildProcess;
  readonly #outbox: Outbox<ToWorker>;
  readonly #questions = new Map<number, (answer: unknown) => void>();
  readonly #broker: HostedBroker;
  #lastQuestion = 0;
  #problem: string | undefined;
  #counted: MetricValues | undefined;
  #isRetiring = false;
  #hasListened = false;
  #hasEnded = false;
  #listens: (facts: ListeningFacts) => void = () => {};

  constructor(program: Program, { role, fd, broker, write }: WorkerSetting) {
    this.id = role.id;
    this.listening = new Promise((resolve) => {
      this.#listens = resolve;
    });
    this.#child = fork(program.file, program.args, {
      execArgv: program.execArgv,
      env: environmentOf(role),
      serialization: 'advanced',
      stdio: ['ignore', 'pipe', 'inherit', 'ipc', ...(fd === undefined ? [] : [fd])],
    });
    const child = this.#child;
    this.#outbox = new Outbox<ToWorker>(
      (messages, written) => void child.send([...messages], undefined, {}, written),
      () => this.#broker.hasRead(),
    );
    const outbox = this.#outbox;
    this.#broker = new HostedBroker(broker, {
      get isFull() {
        return outbox.isFull;
      },
      post: (news, bytes) => outbox.post(news, bytes),
    });
    if (child.stdout) forwardLines(child.stdout, write);
    child.on('message', (messages) => {
      for (const message of messages as unknown as readonly ToParent[]) this.#take(message);
    });
    this.silent = once(child, 'close').catch(() => {});
    this.ended = new Promise((resolve) => {
      const end = (code: number | null, signal: string | null) => {
        this.#hasEnded = true;
        this.#broker.close();
        for (const settle of this.#questions.values()) settle(undefined);
        resolve({ code, signal, problem: this.#problem });
      };
      child.once('exit', end);
      child.on('error', (error) => {
        // The process could not be started. Any other error comes with its end.
        if (child.pid !== undefined) return;
        this.#problem ??= `a process cannot be started (${(error as NodeJS.ErrnoException).code})`;
        end(null, null);
      });
    });
  }

  /** The number of the process. Undefined: it could not be started. */
  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Whether it takes clients. */
  get isListening(): boolean {
    return this.#hasListened && !this.#isRetiring && !this.#hasEnded;
  }

  /** Whether it listens, or did: it can be asked. */
  get hasListened(): boolean {
    return this.#hasListened;
  }

  /** What it had counted when it had drained. */
  get counted(): MetricValues | undefined {
    return this.#counted;
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** Ends the sessions and the process. A worker that does not listen yet has no sessions, and ends at once. */
  drain(signal: string): void {
    if (this.#hasListened) this.#post({ type: 'drain', signal });
    else this.kill();
  }

  /** Ends the process gently, while another one listens already. */
  retire(): void {
    this.#isRetiring = true;
    void this.listening.then(() => this.#post({ type: 'retire' }));
  }

  /** Reads the files again. A worker that starts may have read them before they changed. */
  reload(): void {
    void this.listening.then(() => this.#post({ type: 'reload' }));
  }

  /** Ends the process at once. */
  kill(): void {
    this.#child.kill('SIGKILL');
  }

  /** Asks a question. Resolves to the answer, or to undefined if the worker has ended. Rejects if it does not answer in time. */
  ask(question: Question): Promise<unknown> {
    if (this.#hasEnded) return Promise.resolve(undefined);
    const id = ++this.#lastQuestion;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#questions.delete(id);
        reject(new Error(`worker ${this.id} gave no answer within ${ANSWER_MS} ms`));
      }, ANSWER_MS);
      this.#questions.set(id, (answer) => {
        clearTimeout(timer);
        this.#questions.delete(id);
        resolve(answer);
      });
      this.#post({ type: 'asked', id, question });
    });
  }

  #post(command: ToWorker): void {
    if (!this.#hasEnded) this.#outbox.post(command);
  }

  #take(message: ToParent): void {
    switch (message.type) {
      case 'call':
        this.#broker.serve(message);
        break;
      case 'listening':
        this.#hasListened = true;
        this.#listens(message.facts);
        break;
      case 'cannotStart':
        this.#problem = message.message;
        break;
      case 'counted':
        this.#counted = message.values;
        break;
      case 'told':
        this.#questions.get(message.id)?.(message.answer);
    }
  }
}

/** What a worker runs. */
export interface Program {
  readonly file: string;
  readonly args: readonly string[];
  readonly execArgv: string[];
}

/** The program of this process. Undefined: it has no file. A debugger listens on one port, so the workers get none. */
export function ownProgram(): Program | undefined {
  const [, file, ...args] = process.argv;
  if (file === undefined) return undefined;
  return { file, args, execArgv: process.execArgv.filter((word) => !/^--(inspect|debug)/.test(word)) };
}
