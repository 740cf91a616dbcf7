/** Stories of the control of several servers: what core passes to it, and what it lets it do. */
import {
  type Authenticator,
  accept,
  type ChannelService,
  type ControlledSessions,
  type Limits,
  type RevocationOutcome,
  type SessionControl,
} from '@sallyport/core';
import { describe, expect, it } from 'vitest';
import { flushMicrotasks, harness, manualAuthenticator } from '../harness.ts';

class RecordingControl implements SessionControl {
  readonly started: ControlledSessions[] = [];
  readonly signIns: (string | undefined)[] = [];
  readonly revoked: string[] = [];
  outcome: RevocationOutcome | Error = 'everywhere';

  start(sessions: ControlledSessions): void {
    this.started.push(sessions);
  }

  signedIn({ identity }: { readonly identity: { readonly user: string } | undefined }): void {
    this.signIns.push(identity?.user);
  }

  async revoke(user: string): Promise<RevocationOutcome> {
    this.revoked.push(user);
    if (this.outcome instanceof Error) throw this.outcome;
    return this.outcome;
  }

  get sessions(): ControlledSessions {
    return this.started[0] as ControlledSessions;
  }
}

const service = (control: SessionControl): ChannelService => ({
  control,
  serve: (request) => request.answer({ type: 'unsubscribed' } as never),
  ended() {},
  refreshed() {},
});

const byName: Authenticator = (given) => accept(given.type === 'password' ? given.username : 'token');

describe('a revocation', () => {
  it('is everywhere on a server without a control, and ends the sessions before its promise resolves', async () => {
    const { signIn, sessions } = harness();
    const client = signIn();
    const outcome = sessions.revoke('admin');
    expect(client.received().at(-1)).toBe('close 4403');
    expect(await outcome).toBe('everywhere');
  });

  it.each(['everywhere', 'hereOnly'] as const)('is told as %s, if the control says so', async (outcome) => {
    const control = new RecordingControl();
    control.outcome = outcome;
    const { signIn, sessions } = harness({ channels: service(control) });
    const client = signIn();
    expect(await sessions.revoke('admin')).toBe(outcome);
    expect(control.revoked).toEqual(['admin']);
    expect(client.received().at(-1)).toBe('close 4403');
  });

  it('is hereOnly if the control fails, and the error is a fault', async () => {
    const control = new RecordingControl();
    control.outcome = new Error('broken');
    const { sessions, faults } = harness({ channels: service(control) });
    expect(await sessions.revoke('admin')).toBe('hereOnly');
    expect(faults).toMatchObject([{ source: 'channels', error: control.outcome }]);
  });

  it('of another server ends sessions and voids pending sign-ins, as one of this server does', async () => {
    const control = new RecordingControl();
    const { authenticate, verdicts } = manualAuthenticator();
    const { connect, sessions } = harness({ channels: service(control), authenticate });
    const [signedIn, pending, other] = [connect(), connect(), connect()];
    for (const client of [signedIn, pending, other]) client.send('any:1');
    verdicts[0]?.resolve(accept('ada'));
    verdicts[2]?.resolve(accept('eve'));
    await flushMicrotasks();
    control.sessions.revoke('ada');
    verdicts[1]?.resolve(accept('ada'));
    await flushMicrotasks();
    expect([signedIn, pending, other].map(({ session }) => session.state)).toEqual([
      'closing',
      'closing',
      'established.steady',
    ]);
    expect(control.revoked).toEqual([]);
    expect(sessions.size).toBe(3);
  });
});

describe('the control of sessions', () => {
  it.each([true, false])('hears of sign-ins only where the newest one wins: %s', (newestSignInWins) => {
    const control = new RecordingControl();
    const { connect } = harness({ channels: service(control), newestSignInWins, authenticate: byName });
    connect().send('ada:1');
    connect().send('eve:1');
    expect(control.sessions.newestSignInWins).toBe(newestSignInWins);
    expect(control.signIns).toEqual(newestSignInWins ? ['ada', 'eve'] : []);
  });

  it('finds sessions, and ends one as replaced or expired, once', () => {
    const control = new RecordingControl();
    const { connect, endings } = harness({ channels: service(control), authenticate: byName });
    const clients = [connect(), connect(), connect()];
    clients[0]?.send('ada:1');
    clients[1]?.send('ada:1');
    const { sessions } = control;
    expect(sessions.all().map(({ identity }) => identity?.user)).toEqual(['ada', 'ada', undefined]);
    const [first, second] = sessions.of('ada');
    expect([first?.handle.id, first?.isEnding]).toEqual([1, false]);
    first?.end('replaced');
    first?.end('expired');
    second?.end('expired');
    expect([first?.isEnding, second?.isEnding]).toEqual([true, true]);
    for (const { connection } of clients) connection.closed(1006);
    expect(endings.map(({ reason }) => reason)).toEqual(['replaced', 'expired', 'connectionLost']);
    expect(sessions.all()).toEqual([]);
  });

  it('cannot end a session that has not signed in', () => {
    const control = new RecordingControl();
    const { connect } = harness({ channels: service(control) });
    const client = connect();
    control.sessions.all()[0]?.end('expired');
    expect(client.session.state).toBe('authenticating.awaitingCredentials');
  });

  it('that throws is a fault, and clients sign in all the same', () => {
    const control = new RecordingControl();
    control.start = control.signedIn = () => {
      throw new Error('broken');
    };
    const { signIn, faults } = harness({ channels: service(control), newestSignInWins: true });
    expect(signIn().session.state).toBe('established.steady');
    expect(faults.map(({ source }) => source)).toEqual(['channels', 'channels']);
  });

  it('that lacks a method is a mistake of the caller', () => {
    expect(() => harness({ channels: service({ start() {} } as never) })).toThrow('channels.control must be');
  });
});

describe('the question whether an identity still holds', () => {
  function asked(stillValid: Authenticator['stillValid'] | undefined, limits: Partial<Limits> = {}) {
    const control = new RecordingControl();
    const authenticate: Authenticator = Object.assign(
      (...[given, context]: Parameters<Authenticator>) => byName(given, context),
      stillValid && { stillValid },
    );
    const all = harness({ channels: service(control), authenticate, limits });
    const client = all.connect();
    client.send('ada:1');
    const [session] = control.sessions.all();
    return { ...all, answer: () => control.sessions.isStillValid(session as never) };
  }

  it('is answered by the authenticator, now or later', async () => {
    const users: string[] = [];
    const answers = [true, false];
    const { answer } = asked(({ user }) => {
      users.push(user);
      return answers[users.length - 1] as boolean;
    });
    expect([await answer(), await answer()]).toEqual([true, false]);
    expect(users).toEqual(['ada', 'ada']);
    expect(await asked(async () => true).answer()).toBe(true);
  });

  it('is answered with no where the authenticator has no such method, or answers something else', async () => {
    expect(await asked(undefined).answer()).toBe(false);
    expect(await asked((() => 'yes') as never).answer()).toBe(false);
  });

  it('is answered with no by an error, which is a fault', async () => {
    for (const stillValid of [
      () => {
        throw new Error('down');
      },
      () => Promise.reject(new Error('down')),
    ]) {
      const { answer, faults } = asked(stillValid);
      expect(await answer()).toBe(false);
      expect(faults).toMatchObject([{ source: 'authenticator' }]);
    }
  });

  it('is answered with no when the authenticator takes too long', async () => {
    const { answer, clock } = asked(() => new Promise(() => undefined));
    const pending = answer();
    clock.advance(5_000);
    expect(await pending).toBe(false);
  });

  it('has as long as it takes where the limit is off', async () => {
    let settle: (answer: boolean) => void = () => {};
    const slow = () => new Promise<boolean>((resolve) => (settle = resolve));
    const { answer, clock } = asked(slow, { verificationMs: Number.POSITIVE_INFINITY });
    const pending = answer();
    clock.advance(3_600_000);
    settle(true);
    expect(await pending).toBe(true);
  });

  it('needs a function', () => {
    expect(() => asked('yes' as never)).toThrow('authenticate.stillValid must be a function');
  });
});
