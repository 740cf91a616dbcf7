/** The process of a foreign client. It gets one story after the other, and reports what happens in each. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

export type Step =
  | { readonly text: string }
  /** In hexadecimal. */
  | { readonly binary: string }
  /** Sends a ping, and waits for the pong. */
  | { readonly ping: string }
  /** Waits for that many further messages. */
  | { readonly receive: number }
  | { readonly close: number };

/** One thing that happened; the last one is `closed`, with the code, or `failed`. */
export type Happening = Readonly<Record<string, unknown>>;

interface Story {
  readonly url: string;
  readonly subprotocol?: string;
  readonly steps: readonly Step[];
  /** Is called as soon as something has happened. */
  readonly meanwhile?: (happening: Happening) => void;
}

export interface Teller {
  tell(story: Story): Promise<readonly Happening[]>;
  stop(): Promise<void>;
}

export function startTeller([file = '', ...args]: readonly string[]): Teller {
  const child = spawn(file, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  const ended = once(child, 'close');
  let complaints = '';
  child.stderr.on('data', (chunk) => {
    complaints += chunk;
  });
  // A write to a process that has ended is lost. The reader below reports the end.
  child.stdin.on('error', () => {});
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async tell({ url, subprotocol = null, steps, meanwhile }) {
      child.stdin.write(`${JSON.stringify({ url, subprotocol, steps })}\n`);
      const happened: Happening[] = [];
      for (;;) {
        const { value, done } = await lines.next();
        if (done) throw new Error(`${file} ended after ${JSON.stringify(happened)}: ${complaints}`);
        const happening = JSON.parse(value) as Happening;
        happened.push(happening);
        meanwhile?.(happening);
        if ('failed' in happening) throw new Error(`${JSON.stringify(happened)}: ${complaints}`);
        if ('closed' in happening) return happened;
      }
    },
    async stop() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
