/**
 * The client for a person at a terminal: asks who it is, then talks, and stays connected where that helps.
 *
 * What the server says begins with `< `, what this program says with `* `, so neither can be taken for the other.
 * Proven by: test/terminal.test.ts, test/ended.test.ts, test/hostile.test.ts.
 */
import { connect, type EndReason, type Session, type StateChange } from '@sallyport/client';
import type { Data } from '@sallyport/protocol';
import { LineEditor } from '../line-editor.ts';
import { printableLines, printableName } from '../printable.ts';
import { exitCodes, Refusal } from '../refusal.ts';
import { CONGRATULATION, SORRY } from './answers.ts';
import { GOODBYE, type Plan } from './connection-plan.ts';
import { Countdown } from './countdown.ts';
import { Person } from './credential-prompt.ts';
import { exitCodeFor, finalWordsFor, isNoSallyport, wordsFor } from './ending.ts';
import { frameLine } from './frame-line.ts';
import { hexOf } from './hex.ts';
import { isSecretFrame } from './secret-frame.ts';
import { untilSignal } from './signals.ts';

/** After which a person wonders what is going on. */
const SLOW_MS = 1_000;
/** Lines that wait while there is no connection. */
const QUEUE = 100;

export class TerminalTalk {
  readonly #plan: Plan;
  readonly #editor: LineEditor;
  /** Resolves to the exit code, once. */
  readonly #ended: Promise<number>;
  #end: (code: number) => void = () => {};
  #fail: (reason: unknown) => void = () => {};
  #session: Session | undefined;
  #hasLeft = false;
  #wasReady = false;
  #isUnanswered = false;
  readonly #countdown: Countdown;
  #isToldOfPostponement = false;

  constructor(plan: Plan) {
    this.#plan = plan;
    const screen = process.stdout.isTTY ? process.stdout : process.stderr;
    this.#editor = new LineEditor(process.stdin, screen);
    this.#countdown = new Countdown((words) => this.#editor.status(words));
    this.#ended = new Promise((resolve, reject) => {
      this.#end = resolve;
      this.#fail = reject;
    });
    this.#editor.onLeave = () => this.#leave();
    // The terminal has gone.
    for (const output of [process.stdout, process.stderr]) output.once('error', () => this.#leave());
    this.#editor.onLine = (line) => this.#say(line);
  }

  /** Resolves to the exit code. Rejects with a `Refusal`. */
  async run(): Promise<number> {
    const { dialer, showsFrames } = this.#plan;
    const { signalled, forget } = untilSignal();
    if (showsFrames)
      dialer.onFrame = (direction, frame) => {
        const isSecret = isSecretFrame(direction, frame, this.#session?.state);
        this.#editor.say(frameLine({ at: new Date(), direction, frame, isSecret }));
      };
    try {
      this.#open().catch(this.#fail);
      return await Promise.race([this.#ended, signalled]);
    } finally {
      this.#countdown.stop();
      this.#editor.finish();
      dialer.leave();
      this.#session?.close();
      await this.#session?.closed;
      await dialer.settled();
      this.#editor.close();
      process.stdin.destroy();
      forget();
    }
  }

  async #open(): Promise<void> {
    const { url, dialer, protocol, deviceTokens } = this.#plan;
    const slow = setTimeout(() => this.#note(`connecting to ${url.href}`), SLOW_MS);
    const isOpen = await dialer.dialEarly();
    clearTimeout(slow);
    if (this.#hasLeft) return;
    if (!isOpen)
      return this.#fail(new Refusal(dialer.failure?.message ?? 'cannot connect', exitCodes.unreachable));
    const person = new Person(this.#plan, this.#editor, {
      leave: () => this.#leave(),
      unreadable: (refusal) => this.#tellOfToken(refusal),
    });
    const session = connect(url, {
      WebSocket: dialer.WebSocket,
      protocol,
      queue: QUEUE,
      deviceTokens,
      credentials: (request) => person.credentials(request),
    });
    this.#session = session;
    session.on('state', (change) => this.#tell(change));
    session.on('message', (message) => this.#show(message));
    session.on('refused', ({ attemptsLeft }) => {
      if (protocol === 'text') return this.#show(SORRY);
      const left =
        attemptsLeft === undefined
          ? ''
          : `; ${attemptsLeft} ${attemptsLeft === 1 ? 'attempt' : 'attempts'} left`;
      this.#note(`sorry, that is wrong${left}`);
    });
  }

  // --- What becomes of the session.

  #tell({ state, reason, retryInMs }: StateChange): void {
    if (this.#hasLeft) return;
    const { dialer } = this.#plan;
    this.#countdown.stop();
    if (state === 'postponed') this.#tellOfPostponement(retryInMs ?? 0);
    this.#isToldOfPostponement = reason === 'credentialsPostponed';
    switch (state) {
      case 'ready':
        this.#greet();
        break;
      case 'waiting':
        if (dialer.failure?.isLasting) this.#fail(new Refusal(dialer.failure.message, exitCodes.unreachable));
        else if (!this.#wasReady && isNoSallyport(reason)) this.#giveUp();
        else this.#tellOfLoss(reason ?? 'connectionLost', retryInMs ?? 0);
        break;
      case 'signedOut':
        // Whoever types may take longer than the server waits.
        if (reason === 'authenticationTimedOut') this.#session?.resume();
        else if (reason === 'idle')
          this.#note(`${wordsFor(reason)}; say something, and you are connected again`);
        else this.#giveUp();
        break;
      case 'closed':
        this.#giveUp();
        break;
    }
  }

  #tellOfLoss(reason: EndReason, retryInMs: number): void {
    const { dialer } = this.#plan;
    const what = dialer.failure
      ? `still not connected: ${dialer.failure.what}`
      : wordsFor(reason, dialer.farewell);
    const lost = this.#isUnanswered ? '; whether it got your last message is not known' : '';
    this.#isUnanswered = false;
    this.#note(`${what}${lost}; trying again in ${(retryInMs / 1_000).toFixed(1)} s`);
  }

  /** Said once, however often the server postpones it. */
  #tellOfPostponement(retryInMs: number): void {
    if (!this.#isToldOfPostponement)
      this.#note(`${wordsFor('credentialsPostponed')}; trying again by itself until it does; Ctrl-C stops`);
    this.#countdown.start(retryInMs);
  }

  #tellOfToken({ message }: Refusal): void {
    // Whoever is signed in stays so until that expires.
    if (this.#session?.state === 'ready') this.#note(`${message}; the sign-in is not renewed`);
    else this.#fail(new Refusal(message, exitCodes.notSignedIn));
  }

  #greet(): void {
    const { protocol } = this.#plan;
    const user = this.#session?.user;
    if (this.#wasReady) this.#note('connected again');
    else if (protocol === 'text') this.#show(CONGRATULATION);
    else this.#note(`signed in${user === undefined ? '' : ` as ${printableName(user)}`}; "exit" leaves`);
    this.#wasReady = true;
    this.#editor.talk();
  }

  #giveUp(): void {
    const reason = this.#session?.reason ?? 'connectionLost';
    const { dialer, tokenFile } = this.#plan;
    const words =
      tokenFile !== undefined && reason === 'credentialsRefused'
        ? `not signed in: the server refused the token in ${tokenFile}`
        : finalWordsFor(reason, dialer.farewell);
    this.#fail(new Refusal(words, exitCodeFor(reason)));
  }

  // --- The talk.

  #say(line: string): void {
    const session = this.#session;
    if (line === 'exit') this.#leave();
    if (!session || this.#hasLeft) return;
    if (session.state === 'signedOut') session.resume();
    try {
      session.send(this.#plan.isBinary ? Buffer.from(line) : line);
      if (session.state === 'ready') this.#isUnanswered = true;
      else this.#note('not connected: this is sent as soon as it is');
    } catch {
      this.#note('not sent: there is no connection, and too much waits for one');
    }
  }

  #show(message: Data): void {
    this.#isUnanswered = false;
    if (!process.stdout.isTTY) {
      process.stdout.write(message);
      process.stdout.write('\n');
      return;
    }
    const lines =
      typeof message === 'string' ? printableLines(message) : [`${message.length} bytes: ${hexOf(message)}`];
    this.#editor.say(...lines.map((line) => `< ${line}`));
  }

  #note(text: string): void {
    this.#editor.say(`* ${text}`);
  }

  /** The second time at once. */
  #leave(): void {
    if (this.#hasLeft) {
      this.#plan.dialer.end();
      return;
    }
    this.#hasLeft = true;
    this.#editor.finish();
    this.#editor.say(GOODBYE);
    this.#end(exitCodes.ok);
  }
}
