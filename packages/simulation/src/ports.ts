/**
 * The code of an app, which misbehaves when it is told to: an authenticator, an authorizer and an application.
 *
 * Each takes its next behaviours from a list. When the list is empty, it behaves well. Proven by: test/planted.test.ts.
 */
import { type Authorizer, allow, type ChannelVerdict, deny } from '@sallyport/channels';
import { type Application, type Authenticator, accept, overload, postpone, refuse } from '@sallyport/core';
import { CANARY } from './people.ts';
import type { Permissions } from './permissions.ts';
import type { Random } from './random.ts';
import type { Report } from './report.ts';
import type { Scheduler } from './scheduler.ts';

export const AUTHORIZER_FAULTS = [
  'late',
  'tooLate',
  'twice',
  'never',
  'throws',
  'rejects',
  'junk',
  'denies',
  'expires',
] as const;
export const AUTHENTICATOR_FAULTS = [
  'late',
  'tooLate',
  'twice',
  'never',
  'throws',
  'rejects',
  'junk',
  'refuses',
  'postpones',
  'overloads',
  'expires',
] as const;
export const APPLICATION_FAULTS = ['late', 'never', 'throws', 'rejects'] as const;

/** Limits that the misbehaviour has to go past. */
export const AUTHORIZATION_MS = 1_500;
export const VERIFICATION_MS = 2_000;

/** What an authorizer or authenticator should never return. */
const JUNK: readonly unknown[] = [1, true, 'yes', {}, { ok: true }, null, undefined, { verdict: 'yes' }, []];

export interface PortsSettings {
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly report: Report;
  /** The wall clock of the node. */
  readonly wallNow: () => number;
  readonly permissionsOf: (session: number) => Permissions | undefined;
}

export class Ports {
  /** The next behaviours. */
  readonly authorizations: (typeof AUTHORIZER_FAULTS)[number][] = [];
  readonly verifications: (typeof AUTHENTICATOR_FAULTS)[number][] = [];
  readonly applications: (typeof APPLICATION_FAULTS)[number][] = [];
  readonly #settings: PortsSettings;

  constructor(settings: PortsSettings) {
    this.#settings = settings;
  }

  /** From now on everything behaves well. */
  heal(): void {
    for (const list of [this.authorizations, this.verifications, this.applications]) list.length = 0;
  }

  readonly authorize: Authorizer = (session, channel, action) => {
    const { scheduler, random, report, wallNow } = this.#settings;
    const permissions = this.#settings.permissionsOf(session.id);
    const number = permissions?.asked(channel, action) ?? 0;
    const fault = this.authorizations.shift();
    if (fault) report.count(`fault.authorizer.${fault}`);
    const askedAt = scheduler.now;
    const allows = (forMs?: number): ChannelVerdict => {
      permissions?.allows(channel, action, forMs === undefined ? undefined : scheduler.now + forMs);
      return allow(forMs === undefined ? {} : { untilMs: wallNow() + forMs });
    };
    const denies = (): ChannelVerdict => {
      if (scheduler.now - askedAt < AUTHORIZATION_MS) permissions?.denies(channel, action, number);
      return deny();
    };
    const later = (ms: number, verdict: () => ChannelVerdict): Promise<ChannelVerdict> =>
      new Promise((resolve) => scheduler.after(ms, () => resolve(verdict())));
    switch (fault) {
      case undefined:
        return random.chance(0.5) ? allows() : later(random.between(0, 10), allows);
      case 'late':
        return later(random.between(20, AUTHORIZATION_MS - 1), random.chance(0.8) ? allows : denies);
      case 'tooLate':
        return later(AUTHORIZATION_MS + random.between(1, 3_000), allows);
      case 'twice':
        return twice(denies(), allow());
      case 'never':
        return new Promise(() => {});
      case 'throws':
        throw new Error('the authorizer throws');
      case 'rejects':
        return Promise.reject(new Error('the authorizer rejects'));
      case 'junk':
        return random.pick(JUNK) as ChannelVerdict;
      case 'denies':
        return denies();
      case 'expires':
        return allows(random.between(1, 6_000));
    }
  };

  readonly #verify: Authenticator = (credentials) => {
    const { scheduler, random, report } = this.#settings;
    const fault = this.verifications.shift();
    if (fault) report.count(`fault.authenticator.${fault}`);
    if (credentials.type !== 'password' || !credentials.password.startsWith(CANARY)) return refuse();
    const right = () => accept(credentials.username);
    const later = (ms: number) =>
      new Promise<ReturnType<typeof right>>((resolve) => scheduler.after(ms, () => resolve(right())));
    switch (fault) {
      case undefined:
        return random.chance(0.5) ? right() : later(random.between(0, 20));
      case 'late':
        return later(random.between(20, VERIFICATION_MS - 1));
      case 'tooLate':
        return later(VERIFICATION_MS + random.between(1, 3_000));
      case 'twice':
        return twice(refuse(), right());
      case 'never':
        return new Promise(() => {});
      case 'throws':
        throw new Error('the authenticator throws');
      case 'rejects':
        return Promise.reject(new Error('the authenticator rejects'));
      case 'junk':
        return random.pick(JUNK) as ReturnType<typeof right>;
      case 'refuses':
        return refuse();
      case 'postpones':
        return postpone(random.between(100, 3_000));
      case 'overloads':
        return overload();
      case 'expires':
        return accept(credentials.username, { expiresInMs: random.between(500, 20_000) });
    }
  };

  /** A node that may have missed revocations asks: most identities still hold. */
  readonly authenticate: Authenticator = Object.assign(this.#verify, {
    stillValid: () => this.#settings.random.chance(0.95),
  });

  readonly application: Application = (message, session) => {
    const { scheduler, random, report } = this.#settings;
    report.require(
      session.identity !== undefined,
      'I1 nothing is served before the sign-in',
      () => 'a message',
    );
    const fault = this.applications.shift();
    if (fault) report.count(`fault.application.${fault}`);
    const number = typeof message === 'object' && 'data' in message ? message.data : undefined;
    const reply = { data: { reply: number } };
    if (fault === 'never') return new Promise(() => {});
    if (fault === 'throws') throw new Error('the application throws');
    if (fault === 'rejects') return Promise.reject(new Error('the application rejects'));
    const longest = fault === 'late' ? 2_000 : 30;
    if (!fault && random.chance(0.5)) return reply;
    return new Promise((resolve) => scheduler.after(random.between(0, longest), () => resolve(reply)));
  };
}

/** A thenable that settles twice. The first verdict counts. */
function twice<Verdict>(first: Verdict, second: Verdict): PromiseLike<Verdict> {
  return {
    // biome-ignore lint/suspicious/noThenProperty: an authorizer may return any thenable, also one that is wrong
    then(resolve: (verdict: Verdict) => unknown) {
      resolve(first);
      resolve(second);
    },
  } as PromiseLike<Verdict>;
}
