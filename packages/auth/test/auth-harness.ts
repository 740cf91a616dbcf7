/** Shared by the tests: sessions over recording connections, on a clock that the test moves. */
import { setImmediate } from 'node:timers/promises';
import { type Authenticator, createSessions, type Fault, type Verdict } from '@sallyport/core';
import { RecordingConnection, SimulatedClock } from '@sallyport/core/testing';
import { type Credentials, passwordCredentials } from '@sallyport/protocol';

export const SORRY = 'sorry, the username or password is wrong, please submit again';
export const CONGRATULATION =
  'congratulation, you have connect with server\r\nnow, you can do something else';

/** Runs all callbacks that wait for no timer. */
export async function flushMicrotasks(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await setImmediate();
}

/** Calls the authenticator as a session does. `verdict` or `error` is set when `done` resolves. */
export function startAttempt(
  authenticate: Authenticator,
  given: Credentials | string,
  { address = '192.0.2.1', signal = new AbortController().signal } = {},
): { verdict?: Verdict; error?: unknown; done: Promise<void> } {
  const [username = '', password = ''] = typeof given === 'string' ? given.split(/:(.*)/s) : [];
  const credentials = typeof given === 'string' ? passwordCredentials(username, password) : given;
  const attempt: { verdict?: Verdict; error?: unknown; done: Promise<void> } = { done: Promise.resolve() };
  attempt.done = (async () => {
    try {
      attempt.verdict = await authenticate(credentials, { peer: { address, context: undefined }, signal });
    } catch (error) {
      attempt.error = error;
    }
  })();
  return attempt;
}

export function harness(authenticate: Authenticator, clock = new SimulatedClock()) {
  const faults: Fault[] = [];
  const sessions = createSessions({ authenticate, clock, onFault: (fault) => faults.push(fault) });
  const connect = (address = '192.0.2.1') => {
    const connection = new RecordingConnection();
    const receiver = sessions.open(connection, { address });
    connection.opened(receiver);
    return {
      connection,
      send: (...texts: string[]) => {
        for (const text of texts) receiver.receive(text, Buffer.byteLength(text));
      },
      received: () =>
        connection.recorded.flatMap((what) => {
          if ('sent' in what) return [what.sent];
          return 'close' in what ? [`close ${what.close}`] : [];
        }),
    };
  };
  return { sessions, clock, faults, connect };
}
