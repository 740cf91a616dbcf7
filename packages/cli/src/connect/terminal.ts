/**
 * The client at a terminal: it asks for credentials, sends lines as messages, and reconnects where that helps.
 *
 * Proven by: test/terminal.test.ts, test/ended.test.ts, test/hostile.test.ts, test/channels.test.ts.
 */
import {
  channels,
  connect,
  type EndReason,
  requests,
  type Session,
  type SessionChannels,
  type SessionRequests,
  type StateChange,
} from '@sallyport/client';
import { type Data, isRequestError } from '@sallyport/protocol';
import { HistoryFile, historyPath } from '../history-file.ts';
import { LineEditor } from '../line-editor.ts';
import { exitCodes, Refusal } from '../refusal.ts';
import { stripUnprintable, stripUnprintableName } from '../strip-unprintable.ts';
import { channelActionInLine, dataIn, HELP_LINES } from './channel-input.ts';
import { type ConnectionPlan, GOODBYE } from './connection-plan.ts';
import { Countdown } from './countdown.ts';
import { CredentialPrompt } from './credential-prompt.ts';
import { dataOf } from './data-of.ts';
import { exitCodeFor, finalReasonText, isUnansweredSignIn, reasonText, requestSignInText } from './ending.ts';
import { frameLine } from './frame-line.ts';
import { requestFailureText } from './request-failure.ts';
import { type GivenRequest, requestInLine } from './request-input.ts';
import { isSecretFrame } from './secret-frame.ts';
import { listenForSignals } from './signals.ts';
import { shownUrl } from './target.ts';
import { TerminalChannels } from './terminal-channels.ts';
import { TerminalOutput } from './terminal-output.ts';
import { CONGRATULATION, SORRY } from './text-sentences.ts';

/** Milliseconds after which the client says that it is still connecting. */
const SLOW_MS = 1_000;
/** Messages that wait while there is no connection, at most. */
const QUEUE = 100;

export class TerminalClient {
  readonly #plan: ConnectionPlan;
  readonly #editor: LineEditor;
  readonly #output: TerminalOutput;
  /** Resolves to the exit code, once. */
  readonly #ended: Promise<number>;
  #end: (code: number) => void = () => {};
  #fail: (reason: unknown) => void = () => {};
  #session: (Session & SessionRequests & SessionChannels) | undefined;
  #channels: TerminalChannels | undefined;
  #isExiting = false;
  #wasReady = false;
  #isUnanswered = false;
  readonly #countdown: Countdown;
  #hasReportedPostponement = false;

  constructor(plan: ConnectionPlan) {
    this.#plan = plan;
    const screen = process.stdout.isTTY ? process.stdout : process.stderr;
    this.#editor = new LineEditor(process.stdin, screen, new HistoryFile(historyPath(process.env)));
    this.#output = new TerminalOutput(this.#editor);
    this.#countdown = new Countdown((words) => this.#editor.status(words));
    this.#ended = new Promise((resolve, reject) => {
      this.#end = resolve;
      this.#fail = reject;
    });
    this.#editor.onExit = () => this.#exit();
    // The terminal has been closed.
    for (const output of [process.stdout, process.stderr]) output.once('error', () => this.#exit());
    this.#editor.onLine = (line) => this.#sendLine(line);
    this.#editor.onEnter = () => this.#retryNow();
  }

  /** Resolves to the exit code. Rejects with a `Refusal`. */
  async run(): Promise<number> {
    const { dialer, showsFrames } = this.#plan;
    const { signalled, stopListening } = listenForSignals();
    if (showsFrames)
      dialer.onFrame = (direction, frame) => {
        const isSecret = isSecretFrame(direction, frame, this.#session?.state);
        this.#editor.printAbove(frameLine({ at: new Date(), direction, frame, isSecret }));
      };
    try {
      this.#start().catch(this.#fail);
      return await Promise.race([this.#ended, signalled]);
    } finally {
      this.#countdown.stop();
      this.#editor.finish();
      dialer.exit();
      this.#session?.close();
      await this.#session?.closed;
      await dialer.settled();
      this.#editor.close();
      process.stdin.destroy();
      stopListening();
    }
  }

  async #start(): Promise<void> {
    const { url, dialer, protocol, deviceTokens, signsInByRequest } = this.#plan;
    const slow = setTimeout(() => this.#output.note(`connecting to ${shownUrl(url)}`), SLOW_MS);
    const isOpen = await dialer.dialEarly(signsInByRequest);
    clearTimeout(slow);
    if (this.#isExiting) return;
    if (!isOpen)
      return this.#fail(new Refusal(dialer.failure?.message ?? 'cannot connect', exitCodes.unreachable));
    const prompt = new CredentialPrompt(this.#plan, this.#editor, {
      exit: () => this.#exit(GOODBYE),
      unreadable: (refusal) => this.#reportTokenFile(refusal),
    });
    const session = connect(url, {
      WebSocket: dialer.WebSocket,
      protocol,
      queue: QUEUE,
      deviceTokens,
      credentials: signsInByRequest ? 'request' : (request) => prompt.credentials(request),
      extensions: [requests({ concurrent: 12 }), channels()],
    });
    this.#session = session;
    this.#channels = new TerminalChannels(session, {
      isForPeople: process.stdout.isTTY,
      print: (line) => this.#output.line(line),
      note: (text) => {
        if (!this.#isExiting) this.#output.note(text);
      },
    });
    session.on('state', (change) => this.#onStateChange(change));
    session.on('message', (message) => this.#printMessage(dataOf(message)));
    session.on('messageFailed', ({ code, message }) => {
      this.#isUnanswered = false;
      this.#output.note(`the server refused a message: ${stripUnprintable(message)} (${code})`);
    });
    session.on('refused', ({ attemptsLeft }) => {
      if (protocol === 'text') return this.#printMessage(SORRY);
      const left =
        attemptsLeft === undefined
          ? ''
          : `; ${attemptsLeft} ${attemptsLeft === 1 ? 'attempt' : 'attempts'} left`;
      this.#output.note(`sorry, that is wrong${left}`);
    });
  }

  // --- Changes of the session.

  #onStateChange({ state, reason, retryInMs }: StateChange): void {
    if (this.#isExiting) return;
    const { dialer } = this.#plan;
    this.#countdown.stop();
    if (state === 'postponed') this.#reportPostponement(retryInMs ?? 0);
    this.#hasReportedPostponement = reason === 'credentialsPostponed';
    switch (state) {
      case 'ready':
        this.#onReady();
        break;
      case 'waiting':
        if (dialer.failure?.isLasting) this.#fail(new Refusal(dialer.failure.message, exitCodes.unreachable));
        else if (!this.#wasReady && isUnansweredSignIn(reason)) this.#failWithReason();
        else this.#reportLoss(reason ?? 'connectionLost', retryInMs ?? 0);
        break;
      case 'signedOut':
        // A user may type longer than the server waits. A request without credentials would only be late again.
        if (reason === 'authenticationTimedOut' && !this.#plan.signsInByRequest) this.#session?.resume();
        else if (reason === 'idle')
          this.#output.note(`${reasonText(reason)}; your next message connects again`);
        else this.#failWithReason();
        break;
      case 'closed':
        this.#failWithReason();
        break;
    }
  }

  #reportLoss(reason: EndReason, retryInMs: number): void {
    const { dialer } = this.#plan;
    const what = dialer.failure
      ? `still not connected: ${dialer.failure.what}`
      : reasonText(reason, dialer.closeFrame);
    const lost = this.#isUnanswered ? '; whether it got your last message is not known' : '';
    this.#isUnanswered = false;
    this.#output.note(`${what}${lost}; trying again in ${(retryInMs / 1_000).toFixed(1)} s; Enter tries now`);
  }

  /** Enter while the client waits between attempts. A server that postpones a sign-in sets the time itself. */
  #retryNow(): boolean {
    if (this.#session?.state !== 'waiting') return false;
    this.#session.resume();
    return true;
  }

  /** Prints one note, however often the server postpones. */
  #reportPostponement(retryInMs: number): void {
    if (!this.#hasReportedPostponement)
      this.#output.note(
        `${reasonText('credentialsPostponed')}; trying again by itself until it does; Ctrl-C stops`,
      );
    this.#countdown.start(retryInMs);
  }

  #reportTokenFile({ message }: Refusal): void {
    // A running session goes on until its token expires.
    if (this.#session?.state === 'ready') this.#output.note(`${message}; the sign-in is not renewed`);
    else this.#fail(new Refusal(message, exitCodes.notSignedIn));
  }

  #onReady(): void {
    const { protocol } = this.#plan;
    const user = this.#session?.user;
    if (this.#wasReady) this.#output.note('connected again');
    else if (protocol === 'text') this.#printMessage(CONGRATULATION);
    else
      this.#output.note(
        `signed in${user === undefined ? '' : ` as ${stripUnprintableName(user)}`}; "exit" leaves`,
      );
    const { request } = this.#plan;
    if (request && !this.#wasReady) void this.#requestOnly(request);
    if (!this.#wasReady)
      for (const channel of this.#plan.subscribe) void this.#channels?.run({ type: 'subscribe', channel });
    this.#wasReady = true;
    if (!request) this.#editor.showPrompt();
  }

  #failWithReason(): void {
    const reason = this.#session?.reason ?? 'connectionLost';
    const { dialer, tokenFile, signsInByRequest } = this.#plan;
    const byRequest = signsInByRequest ? requestSignInText(reason) : undefined;
    const words =
      tokenFile !== undefined && reason === 'credentialsRefused'
        ? `not signed in: the server refused the token in ${tokenFile}`
        : finalReasonText(reason, dialer.closeFrame, {
            largestBytes: dialer.largestSentBytes,
            isSignedIn: this.#wasReady,
          });
    this.#fail(new Refusal(byRequest ?? words, exitCodeFor(reason)));
  }

  // --- Messages.

  #sendLine(line: string): void {
    const session = this.#session;
    if (line === 'exit') this.#exit(GOODBYE);
    if (!session || this.#isExiting) return;
    if (session.state === 'signedOut') session.resume();
    const { isBinary, protocol } = this.#plan;
    const isPlain = isBinary || protocol === 'text';
    if (!isPlain && this.#runInChannel(line)) return;
    const request = isPlain ? undefined : requestInLine(line);
    if (typeof request === 'string') this.#output.note(`not sent: ${request}`);
    else if (request) void this.#request(session, request);
    if (request) return;
    const text = isPlain ? line : line.replace(/^\/\//, '/');
    try {
      session.send(isBinary ? Buffer.from(text) : text);
      if (session.state === 'ready') this.#isUnanswered = true;
      else this.#output.note('not connected: the message is sent after the next sign-in');
    } catch {
      this.#output.note('not sent: there is no connection, and too many messages are waiting');
    }
  }

  /** Whether the line is one about channels, or a publication of `--publish`. */
  #runInChannel(line: string): boolean {
    const { publish } = this.#plan;
    const isCommand = /^\/(?!\/)/.test(line);
    const action =
      publish === undefined || isCommand
        ? channelActionInLine(line)
        : ({ type: 'publish', channel: publish, data: dataIn(line.replace(/^\/\//, '/')) } as const);
    if (line === '/help') for (const help of HELP_LINES) this.#output.note(help);
    else if (typeof action === 'string') this.#output.note(`not sent: ${action}`);
    else if (action) void this.#channels?.run(action);
    return line === '/help' || action !== undefined;
  }

  /** Prints the result, or why there is none. */
  async #request(session: SessionRequests, { method, params }: GivenRequest): Promise<void> {
    try {
      this.#output.result(await session.request(method, params), method);
    } catch (error) {
      if (!this.#isExiting) this.#output.note(requestFailureText(method, error));
    }
  }

  /** The request of `--request`: its end is the end of the program. If the session ends first, that is reported as ever. */
  async #requestOnly({ method, params }: GivenRequest): Promise<void> {
    try {
      this.#output.result(await this.#session?.request(method, params, { timeoutMs: this.#plan.waitMs }));
      this.#isExiting = true;
      this.#end(exitCodes.ok);
    } catch (error) {
      // After a loss the server may have run it, so it is not sent again.
      if (!this.#isExiting)
        this.#fail(
          new Refusal(
            requestFailureText(method, error),
            isRequestError(error) ? exitCodes.requestFailed : exitCodes.ended,
          ),
        );
    }
  }

  #printMessage(message: Data): void {
    this.#isUnanswered = false;
    if (!this.#plan.request) this.#output.message(message);
  }

  /** Ends the session and the program. A second call terminates the connection at once. */
  #exit(text = '* goodbye'): void {
    if (this.#isExiting) {
      this.#plan.dialer.terminate();
      return;
    }
    this.#isExiting = true;
    this.#editor.finish();
    this.#editor.printAbove(text);
    this.#end(exitCodes.ok);
  }
}
