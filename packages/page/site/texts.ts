/** The texts for states and reasons. The compiler requires one for each. */
import type { EndReason, StateName } from '@sallyport/client';

/** The status line for each state. */
export const stateTexts: Readonly<Record<StateName, string>> = {
  'connecting.asking': 'Not signed in',
  'connecting.opening': 'Connecting',
  'authenticating.awaitingVerdict': 'Signing in',
  'authenticating.asking': 'Not signed in',
  'ready.steady': 'Signed in',
  'ready.refreshing': 'Signed in, renewing',
  'postponed.connected': 'Waiting to sign in',
  'postponed.disconnected': 'Waiting to sign in',
  waiting: 'Connection lost',
  signedOut: 'Signed out',
  closing: 'Signing out',
  closed: 'Signed out',
};

/** The transcript line for each reason why a session has ended or was interrupted. */
export const reasonTexts: Readonly<Record<EndReason, string>> = {
  clientLeft: 'You signed out.',
  pageLeft: 'The page was left.',
  applicationClosed: 'The server ended the session.',
  binaryCredentials: 'The server did not understand the sign-in.',
  outOfOrder: 'Too many messages were waiting on the server.',
  messageTooBig: 'A message was longer than the server accepts.',
  authenticatorFailed: 'The server could not check the sign-in because of an internal error.',
  applicationFailed: 'The server could not handle a message because of an internal error.',
  draining: 'The server is restarting.',
  overloaded: 'The server is overloaded.',
  verificationTimedOut: 'The server took too long to check the sign-in.',
  malformed: 'The server did not understand a message.',
  attemptsUsedUp: 'Too many wrong attempts. The server closed the connection.',
  revoked: 'The server has signed you out.',
  authenticationTimedOut: 'The server waited too long for the sign-in.',
  replaced: 'You have signed in somewhere else.',
  idle: 'The server received no message for too long.',
  expired: 'The sign-in has expired.',
  tooManyMessages: 'Too many messages in too short a time.',
  stalled: 'This browser read too slowly.',
  silent: 'This browser did not respond.',
  protocolError: 'The server violated the WebSocket protocol.',
  connectionLost: 'The connection to the server was lost.',
  credentialsRefused: 'The server has refused these credentials before.',
  credentialsWithheld: 'There were no credentials to sign in with.',
  credentialsFailed: 'Reading the credentials failed.',
  credentialsUnsayable: 'The protocol cannot express this username or token.',
  credentialsUnanswered: 'The server did not answer the sign-in. It may use another protocol.',
  credentialsPostponed:
    'The server is not looking at sign-ins for this account right now. This page tries again by itself.',
  unread: 'This page could not keep up with the messages of the server.',
  internalError: 'An error inside this page ended the session. Reload the page.',
};

/** For an attempt without a connection: a browser does not report why it failed. */
export const UNREACHABLE = 'The server cannot be reached, or does not allow this page to connect.';

/** For a sign-in that the user cancelled. */
export const CANCELLED = 'You have cancelled the sign-in.';

/** The message about refused credentials, with the attempts left if the protocol reports them. */

export function refusalText(given: 'password' | 'token', attemptsLeft: number | undefined): string {
  const wrong = given === 'token' ? 'The token was refused.' : 'Wrong username or password.';
  if (attemptsLeft === undefined) return wrong;
  if (attemptsLeft === 0) return `${wrong} That was the last attempt.`;
  return `${wrong} ${attemptsLeft} ${attemptsLeft === 1 ? 'attempt' : 'attempts'} left.`;
}
