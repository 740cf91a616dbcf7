/**
 * The link of a worker to its parent: it obeys commands, answers questions, and carries the calls of the broker.
 *
 * Proven by: test/workers/binaries.test.ts.
 */
import { ParentBroker } from './broker/parent-broker.ts';
import { offerBroker } from './broker/worker-broker.ts';
import type { Question, ToParent, ToWorker } from './messages.ts';
import { Outbox } from './outbox.ts';
import type { WorkerRole } from './role.ts';

/** What the commands of the parent do. */
export interface Obedient {
  drain(signal: string): void;
  retire(): void;
  reload(): void;
  /** The parent has ended. */
  orphaned(): void;
}

export class ParentLink {
  readonly role: WorkerRole;
  readonly #outbox: Outbox<ToParent>;
  #obedient: Obedient | undefined;
  #answer: (question: Question) => Promise<unknown> = async () => undefined;
  #broker: ParentBroker | undefined;

  /** Makes the link of this process. Call it once. */
  constructor(role: WorkerRole) {
    this.role = role;
    this.#outbox = new Outbox<ToParent>((messages, written) => {
      process.send?.(messages, undefined, undefined, written);
    });
    process.on('message', (messages: readonly ToWorker[]) => {
      for (const message of messages) this.#take(message);
    });
    offerBroker(() => this.createBroker());
    process.on('disconnect', () => {
      this.#broker?.lost('the parent process has ended');
      this.#obedient?.orphaned();
    });
  }

  /** From now on the commands of the parent take effect. */
  obey(obedient: Obedient): void {
    this.#obedient = obedient;
    if (!process.connected) obedient.orphaned();
  }

  /** Sets the function that answers the questions of the parent. It must not reject. */
  answerWith(answer: (question: Question) => Promise<unknown>): void {
    this.#answer = answer;
  }

  /** Makes the broker on the logs of the parent. Call it once at most. */
  createBroker(): ParentBroker {
    const outbox = this.#outbox;
    this.#broker = new ParentBroker({
      get isFull() {
        return outbox.isFull;
      },
      post: (call, bytes) => outbox.post(call, bytes),
    });
    return this.#broker;
  }

  report(report: ToParent): void {
    this.#outbox.post(report);
  }

  /** Reports, and resolves once that is written or cannot be. */
  reported(report: ToParent): Promise<void> {
    return new Promise((resolve) => process.send?.([report], undefined, undefined, () => resolve()));
  }

  #take(message: ToWorker): void {
    switch (message.type) {
      case 'drain':
        this.#obedient?.drain(message.signal);
        break;
      case 'retire':
        this.#obedient?.retire();
        break;
      case 'reload':
        this.#obedient?.reload();
        break;
      case 'asked':
        void this.#answer(message.question).then((answer) =>
          this.report({ type: 'told', id: message.id, answer }),
        );
        break;
      default:
        this.#broker?.take(message);
    }
  }
}
