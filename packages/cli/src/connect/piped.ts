/**
 * The client as a filter: it sends each line of standard input as a message, and prints each message as a line.
 *
 * Standard output gets the server's messages only; standard error gets the texts of this program. After a sign-in it never
 * reconnects: it does not know which messages have arrived, so the script decides. In channels it does: a key marks each
 * publication, and what was missed comes later. Proven by: test/piped.test.ts, test/upgrade.test.ts.
 */
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import {
  channels,
  connect,
  type EndReason,
  requests,
  type Session,
  type SessionChannels,
  type SessionRequests,
} from '@sallyport/client';
import { type Data, isRequestError } from '@sallyport/protocol';
import { byteLines, byteLinesOfText, textOf } from '../byte-lines.ts';
import { exitCodes, Refusal } from '../refusal.ts';
import { stripUnprintable } from '../strip-unprintable.ts';
import { type ConnectionPlan, GOODBYE } from './connection-plan.ts';
import { dataOf } from './data-of.ts';
import { exitCodeFor, finalReasonText, reasonText, requestSignInText } from './ending.ts';
import { frameLine } from './frame-line.ts';
import { PipedChannels } from './piped-channels.ts';
import { PipedCredentials } from './piped-credentials.ts';
import { PipedOutput } from './piped-output.ts';
import { Replies } from './replies.ts';
import { requestFailureText } from './request-failure.ts';
import type { GivenRequest } from './request-input.ts';
import { isSecretFrame } from './secret-frame.ts';
import { listenForSignals } from './signals.ts';
import { CONGRATULATION, SORRY } from './text-sentences.ts';

/** With `--quiet`: messages without a reply at most. The server handles as many at a time. */
const WINDOW = 16;
/** Sending pauses while more bytes than this are unsent. */
const UNSENT_BYTES = 1_048_576;

export class PipedClient {
  readonly #plan: ConnectionPlan;
  readonly #lines: AsyncGenerator<Buffer>;
  readonly #replies: Replies;
  readonly #output: PipedOutput;
  readonly #credentials: PipedCredentials;
  #session: Session | undefined;
  #hasEnteredExit = false;
  #hasResult = false;
  #wasReady = false;
  /** Why the connection was lost before the sign-in. */
  #lossBeforeSignIn: EndReason | undefined;
  /** Standard error ends with a prompt, without a line end. */
  #isPrompted = false;

  constructor(plan: ConnectionPlan) {
    this.#plan = plan;
    // With a token file and --binary the first line is a binary message, and every byte counts.
    const isAllBinary = plan.isBinary && plan.tokenFile !== undefined;
    this.#lines = (isAllBinary ? byteLines : byteLinesOfText)(process.stdin);
    this.#replies = new Replies(plan.waitMs);
    this.#output = new PipedOutput((isHeldUp) => {
      this.#replies.isHeldUp = isHeldUp;
      plan.dialer.isReading = !isHeldUp;
    });
    const ask = async (prompt: string) => {
      this.#prompt(prompt);
      const line = await this.#nextLine();
      return line && textOf(line);
    };
    this.#credentials = new PipedCredentials(plan, ask, this.#hasChannels);
  }

  /** Resolves to the exit code. Rejects with a `Refusal`. */
  async run(): Promise<number> {
    const { dialer } = this.#plan;
    const { signalled, stopListening } = listenForSignals();
    // program.ts reports why.
    const outputFailed = once(process.stdout, 'error').then(() => exitCodes.ok);
    try {
      return await Promise.race([this.#runSession(), signalled, outputFailed]);
    } finally {
      // The next text begins on a new line.
      if (this.#isPrompted && process.stderr.isTTY) process.stderr.write('\n');
      this.#replies.end();
      dialer.exit();
      this.#session?.close();
      await this.#session?.closed;
      await dialer.settled();
      process.stdin.destroy();
      stopListening();
    }
  }

  async #runSession(): Promise<number> {
    const { url, dialer, protocol, showsFrames, isQuiet, deviceTokens, signsInByRequest, request } =
      this.#plan;
    if (showsFrames)
      dialer.onFrame = (direction, frame) => {
        const isSecret = isSecretFrame(direction, frame, this.#session?.state);
        const line = frameLine({ at: new Date(), direction, frame, isSecret });
        this.#printNote(this.#isPrompted ? `\n${line}` : line);
      };
    if (!(await dialer.dialEarly(signsInByRequest)))
      throw new Refusal(dialer.failure?.message ?? 'cannot connect', exitCodes.unreachable);
    const session = connect(url, {
      WebSocket: dialer.WebSocket,
      protocol,
      reconnect: this.#hasChannels,
      deviceTokens,
      credentials: signsInByRequest ? 'request' : (request) => this.#credentials.give(request),
      extensions: [requests({ concurrent: 12 }), channels()],
    });
    this.#session = session;
    const hasSentences = protocol === 'text' && !isQuiet;
    session.on('refused', () => {
      this.#credentials.refused();
      if (hasSentences) this.#printMessage(SORRY);
    });
    session.on('message', (message) => {
      // Standard output is for the result.
      if (request || this.#hasChannels) return;
      this.#printMessage(dataOf(message));
      this.#replies.received();
    });
    session.on('messageFailed', ({ code, message }) => {
      this.#printNote(`sallyport: the server refused a message: ${stripUnprintable(message)} (${code})`);
      this.#replies.received();
    });
    const ended = new Promise<void>((resolve) => {
      session.on('state', ({ state, reason, retryInMs = 0 }) => {
        if (state === 'postponed' || state === 'waiting') this.#reportWait(reason, retryInMs);
        // Before the sign-in the script decides, as it does without channels.
        if (
          this.#hasChannels &&
          state === 'waiting' &&
          !this.#wasReady &&
          reason !== 'credentialsPostponed'
        ) {
          this.#lossBeforeSignIn = reason;
          session.close();
        }
        // Another attempt would fail the same way.
        if (state === 'waiting' && dialer.failure?.isLasting) session.close();
        if (state !== 'signedOut' && state !== 'closed') return;
        this.#replies.end();
        resolve();
      });
    });
    await session.ready.catch(() => {});
    if (session.state === 'ready') {
      this.#wasReady = true;
      if (hasSentences) this.#printMessage(CONGRATULATION);
      await Promise.race([this.#work(session), ended]);
    }
    if (request && this.#hasResult) return exitCodes.ok;
    if (session.state !== 'ready') throw this.#failure(session);
    if (!isQuiet) this.#printNote(this.#hasEnteredExit ? GOODBYE : 'goodbye');
    return exitCodes.ok;
  }

  get #hasChannels(): boolean {
    return this.#plan.subscribe.length > 0 || this.#plan.publish !== undefined;
  }

  #work(session: Session & SessionRequests & SessionChannels): Promise<void> {
    const { request } = this.#plan;
    if (request) return this.#request(session, request);
    return this.#hasChannels ? this.#useChannels(session) : this.#sendAll(session);
  }

  /** Reads and publishes, until the end of the input where there is something to publish. Rejects with a `Refusal`. */
  async #useChannels(session: Session & SessionChannels): Promise<void> {
    const { subscribe, publish, waitMs, isQuiet } = this.#plan;
    const piped = new PipedChannels(session, {
      waitMs,
      isQuiet,
      print: (line) => this.#printMessage(line),
      note: (line) => this.#printNote(line),
    });
    const reading = piped.read(subscribe);
    if (publish === undefined) return reading;
    const publishing = async () => {
      for (let line = await this.#nextLine(); line !== undefined; line = await this.#nextLine()) {
        const text = textOf(line);
        this.#hasEnteredExit = text === 'exit';
        if (this.#hasEnteredExit) break;
        await piped.publish(publish, text);
      }
      if (piped.failure) throw piped.failure;
    };
    await (subscribe.length > 0 ? Promise.race([publishing(), reading]) : publishing());
  }

  /** Prints the result. If the session ends first, `#failure` reports that. */
  async #request(session: SessionRequests, { method, params }: GivenRequest): Promise<void> {
    const options = { timeoutMs: this.#plan.waitMs };
    try {
      const result = await session.request(method, params, options);
      this.#hasResult = true;
      this.#printMessage(JSON.stringify(result ?? null));
    } catch (error) {
      if (!isRequestError(error)) return;
      throw new Refusal(requestFailureText(method, error), exitCodes.requestFailed);
    }
  }

  async #sendAll(session: Session): Promise<void> {
    const { isBinary, isQuiet, dialer, waitMs } = this.#plan;
    while (session.state === 'ready') {
      this.#prompt('please enter your context: ');
      const line = await this.#nextLine();
      const text = line && textOf(line);
      this.#hasEnteredExit = text === 'exit';
      if (line === undefined || text === undefined || this.#hasEnteredExit) break;
      while (dialer.unsentBytes > UNSENT_BYTES && session.state === 'ready') await pause(10);
      // `#failure` reports the end of the session.
      if (session.state !== 'ready') return;
      this.#replies.sent();
      session.send(isBinary ? line : text);
      await this.#replies.fewerThan(isQuiet ? WINDOW : 1);
    }
    if ((await this.#replies.all()) || session.state !== 'ready') return;
    this.#printNote(`sallyport: ${this.#unanswered()} got no reply within ${waitMs / 1_000} s (--wait)`);
  }

  /** Only credentials that the server postpones make a pipe wait. */
  #reportWait(reason: EndReason | undefined, retryInMs: number): void {
    const { dialer } = this.#plan;
    const what = dialer.failure?.what ?? reasonText(reason ?? 'credentialsPostponed', dialer.closeFrame);
    this.#printNote(
      `${this.#isPrompted ? '\n' : ''}sallyport: ${what}; trying again in ${Math.ceil(retryInMs / 1_000)} s`,
    );
  }

  #failure(session: Session): Refusal {
    const reason = this.#lossBeforeSignIn ?? session.reason ?? 'connectionLost';
    const { dialer, signsInByRequest, request } = this.#plan;
    const code = exitCodeFor(reason);
    const byRequest = signsInByRequest ? requestSignInText(reason) : undefined;
    if (byRequest !== undefined) return new Refusal(byRequest, code);
    const refusal = this.#credentials.failureText(reason);
    if (refusal !== undefined) return new Refusal(refusal, code);
    if (dialer.failure) return new Refusal(dialer.failure.message, exitCodes.unreachable);
    const lost = request
      ? this.#wasReady
        ? `; whether it has run ${request.method} is not known`
        : ''
      : this.#replies.awaited === 0
        ? ''
        : `; ${this.#unanswered()} without a reply`;
    const sent = { largestBytes: dialer.largestSentBytes, isSignedIn: this.#wasReady };
    return new Refusal(finalReasonText(reason, dialer.closeFrame, sent) + lost, code);
  }

  #unanswered(): string {
    const { awaited } = this.#replies;
    return `${awaited} ${awaited === 1 ? 'message' : 'messages'}`;
  }

  async #nextLine(): Promise<Buffer | undefined> {
    const { value, done } = await this.#lines.next();
    return done ? undefined : value;
  }

  #prompt(text: string): void {
    if (this.#plan.isQuiet) return;
    process.stderr.write(text);
    this.#isPrompted = true;
  }

  #printNote(line: string): void {
    process.stderr.write(`${line}\n`);
    this.#isPrompted = false;
  }

  #printMessage(message: Data): void {
    this.#isPrompted = false;
    this.#output.print(message);
  }
}
