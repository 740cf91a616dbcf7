/** Walks a session along a plan, over the transport, and records what it did: a transcript. */
import type { ChannelService, Command, Fact, Session, Verdict } from '@sallyport/core';
import { stepsOf } from '@sallyport/core/testing';
import {
  type Answer,
  type ChannelOperation,
  type ChannelResult,
  cutReason,
  type Message,
  reasons,
} from '@sallyport/protocol';
import { kitProtocol } from '../kit/protocol.ts';
import type { Stage } from '../kit/stage.ts';
import { plain, type StageClient } from '../kit/stage-client.ts';
import type { Arrival } from '../kit/transport.ts';
import { Broken } from '../kit/waiting.ts';
import { type Act, FLOOD, HOLD, type Plan } from './acts.ts';
import { durations, RingingClock, SWEEP_MS } from './ringing-clock.ts';

/** What a session did and what its client received. */
export interface Transcript {
  /** Up to the server's own close. What follows differs by transport. */
  readonly steps: readonly { readonly fact: Fact; readonly commands: readonly Command[] }[];
  /** Empty if the client was flooded: how much it had read by then is chance. */
  readonly received: readonly Arrival[];
}

interface Deferred<T> {
  readonly resolve: (value: T) => void;
  readonly reject: (error: unknown) => void;
}

const replyTo = (message: Message) => `reply to ${String(message)}`;

const resultOf = ({ channel }: ChannelOperation): ChannelResult => ({ type: 'unsubscribed', channel });

/** Answers every operation at once. */
const channels: ChannelService = {
  serve: (request) => request.answer(resultOf(request.operation)),
  ended() {},
  refreshed() {},
};

class PathWalk {
  readonly clock = new RingingClock();
  readonly steps: { fact: Fact; commands: Command[] }[] = [];
  readonly #stage: Stage;
  /** The verdicts that are awaited, by attempt. */
  readonly #pending = new Map<number, Deferred<Verdict>>();
  #attempt = 0;
  readonly #held: Deferred<undefined>[] = [];
  #releases = false;

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  async start(limits: Plan['limits']): Promise<StageClient> {
    await this.#stage.serve({
      limits,
      clock: this.clock,
      authenticate: () => this.#authenticate(),
      application: (message, session) => this.#apply(message, session),
      requests: () => null,
      channels,
      observe: {
        fact: (_, fact) => this.steps.push({ fact, commands: [] }),
        command: (_, command) => {
          this.steps.at(-1)?.commands.push(command);
          if (command.type === 'verify') this.#attempt = command.attempt;
        },
      },
    });
    const client = await this.#stage.connect();
    await this.#stage.until('`opened`', () => this.#stage.opened.length > 0);
    return client;
  }

  /** Performs one act. Returns a promise if the next act must wait for it. */
  perform(act: Act, client: StageClient): unknown {
    const { sessions, journal } = this.#stage;
    const [session] = this.#stage.opened;
    if (act.does !== 'send' && act.does !== 'cut') journal.write('story', Object.values(act).join(' '));
    switch (act.does) {
      case 'send':
        return client.send(...act.messages);
      case 'cut':
        return client.cut();
      case 'fallSilent':
        return client.fallSilent();
      case 'fill':
        return this.#fill(client);
      case 'decide':
        return this.#decide(this.#attempt, act.verdict);
      case 'decideLate':
        this.#decide(act.attempt, act.verdict);
        // Any effect comes before the next act.
        return new Promise((resolve) => setImmediate(resolve));
      case 'release':
        this.#releases = true;
        for (const { resolve } of this.#held) resolve(undefined);
        return;
      case 'fail':
        return this.#held[0]?.reject(new Error('the application fails, as the path requires'));
      case 'close':
        return session?.close(act.text);
      case 'drain':
        return void sessions.drain();
      case 'revoke':
        return sessions.revoke(act.user);
      case 'ring':
        if (!this.clock.ring(durations[act.timer])) throw new Broken(`no timer ${act.timer} is armed`);
        return;
      case 'sweep': {
        const before = this.steps.length;
        for (let i = 0; i < 10 && this.steps.length === before; i += 1) this.clock.ring(SWEEP_MS);
        return;
      }
      case 'nothing':
        return;
    }
  }

  /** A thenable that may settle more than once, as that of a faulty authenticator. */
  #authenticate(): PromiseLike<Verdict> {
    const pending = this.#pending;
    const attempt = this.#attempt;
    return {
      // biome-ignore lint/suspicious/noThenProperty: it represents a promise of another library.
      then<A, B>(settled?: ((verdict: Verdict) => A) | null, failed?: ((error: unknown) => B) | null) {
        pending.set(attempt, {
          resolve: (verdict) => void queueMicrotask(() => settled?.(verdict)),
          reject: (error) => void queueMicrotask(() => failed?.(error)),
        });
        return this as never;
      },
    };
  }

  #decide(attempt: number, verdict: Verdict | undefined): void {
    const pending = this.#pending.get(attempt);
    if (!pending) throw new Broken(`the session did not call the authenticator for attempt ${attempt}`);
    if (verdict) pending.resolve(verdict);
    else pending.reject(new Error('the authenticator fails, as the path requires'));
  }

  #apply(message: Message, session: Session): Promise<undefined> | undefined {
    if (message !== HOLD) session.send(replyTo(message));
    if (message !== HOLD || this.#releases) return undefined;
    return new Promise((resolve, reject) => this.#held.push({ resolve, reject }));
  }

  /** One message in each turn of the event loop: a transport may hold what is sent within one turn. */
  async #fill(client: StageClient): Promise<void> {
    client.pause();
    const connection = this.#stage.tapped[0]?.connection;
    for (let i = 0; i < 60 && connection?.bufferedAmount === 0; i += 1) {
      this.#stage.opened[0]?.send(FLOOD.repeat(2 ** 20));
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}

/** Performs every act of a plan. Each act waits for the effects of the act before. */
export async function walkPath(
  stage: Stage,
  plan: Plan & { readonly facts: readonly Fact[] },
): Promise<Transcript> {
  const expected = stepsOf(plan.facts, plan.limits.attempts);
  const walk = new PathWalk(stage);
  const client = await walk.start(plan.limits);
  let isFlooded = false;
  let isCut = false;
  let due = 0;
  for (const { act, facts } of plan.acts) {
    await walk.perform(act, client);
    due += facts;
    if (act.does === 'fill') isFlooded = true;
    if (act.does === 'cut') isCut = true;
    const names = expected.slice(0, due).map(({ fact }) => fact.type);
    await stage.until(`the facts ${names.join(', ')}`, () => walk.steps.length >= due);
    const frames = framesOf(expected.slice(0, due), stage).length;
    if (!isFlooded && !isCut)
      await stage.until(`${frames} frames at the client`, () => receivedBy(client, stage).length >= frames);
  }
  if (isFlooded) client.resume();
  await stage.until('the end of the connection', () => stage.hasEnded(client));
  return {
    steps: walk.steps.slice(0, Math.max(due, stepsToClose(walk.steps))),
    received: isFlooded ? [] : receivedBy(client, stage),
  };
}

/** What the machine commands, and what the client must receive. */
export function expectedOf(plan: Plan & { readonly facts: readonly Fact[] }, stage: Stage): Transcript {
  const steps = stepsOf(plan.facts, plan.limits.attempts);
  return {
    steps: steps.map(({ fact, commands }) => ({ fact, commands })),
    received: plan.isFlooded ? [] : framesOf(steps, stage),
  };
}

/** The number of steps up to the server's own close. */
function stepsToClose(steps: Transcript['steps']): number {
  const ending = steps.findIndex(({ commands }) =>
    commands.some(({ type }) => type === 'close' || type === 'terminate'),
  );
  return ending < 0 ? steps.length : ending + 1;
}

function framesOf(steps: Transcript['steps'], stage: Stage): Arrival[] {
  const hasCodes = stage.capabilities.closeCodes;
  return steps.flatMap(({ commands }) =>
    commands.flatMap((command): Arrival[] => {
      if (command.type === 'answer') return [{ message: kitProtocol.encode(command.answer) ?? '' }];
      if (command.type === 'serve') return [{ message: kitProtocol.encode(served(command)) ?? '' }];
      if (command.type === 'deliver')
        return command.message === HOLD ? [] : [{ message: replyTo(command.message) }];
      if (command.type !== 'close' || !hasCodes) return [];
      const { code, text } = reasons[command.reason];
      return [{ close: code, reason: cutReason(command.text ?? text) }];
    }),
  );
}

/** The answer of the walk's handler, or of its service of channels. */
function served(command: Extract<Command, { type: 'serve' }>): Answer {
  const { id } = command;
  return 'operation' in command
    ? { type: 'channelResult', id, result: resultOf(command.operation) }
    : { type: 'response', id, result: null };
}

/** What the client received, without the end, and without close frames that carry no code. */
function receivedBy({ arrivals }: StageClient, stage: Stage): Arrival[] {
  return arrivals.flatMap((one): Arrival[] => {
    if ('message' in one) return [{ message: plain(one.message) }];
    return 'close' in one && stage.capabilities.closeCodes ? [one] : [];
  });
}
