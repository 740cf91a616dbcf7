/** What a state, and the reason for it, are called to a person. The compiler asks for a sentence for every reason. */
import type { EndReason, StateName } from '@sallyport/client';

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

export const reasonTexts: Readonly<Record<EndReason, string>> = {
  clientLeft: 'You signed out.',
  pageLeft: 'The page was left.',
  applicationClosed: 'The server ended the session.',
  binaryCredentials: 'The server did not understand the sign-in.',
  outOfOrder: 'Too many messages were waiting on the server.',
  messageTooBig: 'A message was longer than the server takes.',
  authenticatorFailed: 'The server could not check the sign-in: something is wrong there.',
  applicationFailed: 'The server could not answer a message: something is wrong there.',
  draining: 'The server is restarting.',
  overloaded: 'The server has too much to do.',
  verificationTimedOut: 'The server took too long to check the sign-in.',
  malformed: 'The server did not understand a message.',
  attemptsUsedUp: 'Too many wrong attempts: the server has hung up.',
  revoked: 'Somebody has signed you out on the server.',
  authenticationTimedOut: 'The server has waited for a sign-in for too long.',
  replaced: 'You have signed in somewhere else.',
  idle: 'Nothing was said for too long.',
  expired: 'The sign-in has expired.',
  tooManyMessages: 'Too many messages in too short a time.',
  stalled: 'This browser took in too little of what was sent to it.',
  silent: 'This browser gave no sign of life.',
  protocolError: 'The server broke the rules of WebSockets.',
  connectionLost: 'The connection to the server was lost.',
  credentialsRefused: 'The same was refused before.',
  credentialsWithheld: 'There was nothing to sign in with.',
  credentialsFailed: 'Asking for something to sign in with failed.',
  credentialsUnsayable: 'The protocol has no words for this username or token.',
  credentialsUnanswered: 'The server did not answer the sign-in: it may be none of this protocol.',
  credentialsPostponed:
    'The server is not looking at sign-ins for this account right now. This page tries again by itself.',
  unread: 'More came than this page could take.',
  internalError: 'An error inside this page ended the session. Reload the page.',
};

/** Where there never was a connection, a browser does not say why. */
export const UNREACHABLE = 'The server is not there, or does not let this page connect.';

/** Who was never signed in has not signed out. */
export const CANCELLED = 'You have cancelled the sign-in.';

export function refusalText(given: 'password' | 'token', attemptsLeft: number | undefined): string {
  const wrong = given === 'token' ? 'The token was refused.' : 'Wrong username or password.';
  if (attemptsLeft === undefined) return wrong;
  if (attemptsLeft === 0) return `${wrong} That was the last attempt.`;
  return `${wrong} ${attemptsLeft} ${attemptsLeft === 1 ? 'attempt' : 'attempts'} left.`;
}
