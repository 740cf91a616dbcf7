/** Why a session is over, or interrupted, in words; and what that is as an exit code. Proven by: test/ended.test.ts, test/piped.test.ts. */
import type { EndReason } from '@sallyport/client';
import { reasons } from '@sallyport/protocol';
import { type ExitCode, exitCodes } from '../refusal.ts';
import { stripUnprintableName } from '../strip-unprintable.ts';
import type { CloseFrame } from './last-attempt.ts';

const WORDS: Readonly<Record<EndReason, string>> = {
  clientLeft: 'left',
  pageLeft: 'left',
  applicationClosed: 'the server closed the session',
  binaryCredentials: 'the server wants credentials as text',
  outOfOrder: 'the server closed the session: too many messages were waiting for it',
  messageTooBig: 'the server closed the session: a message was too big for it',
  authenticatorFailed: 'the server could not check the sign-in, by a fault of its own',
  applicationFailed: 'the server closed the session: it failed to handle a message',
  draining: 'the server stops or restarts',
  overloaded: 'the server has too much to do',
  verificationTimedOut: 'the server took too long to check the sign-in',
  malformed: 'the server closed the session: it could not read a message',
  attemptsUsedUp: 'too many wrong usernames or passwords; the server closed the connection',
  revoked: 'the server has signed you out',
  authenticationTimedOut: 'the server waited too long for the sign-in, and closed the connection',
  replaced: 'you have signed in elsewhere, which ended this session',
  idle: 'the server closed the session: nothing was said for too long',
  expired: 'the sign-in has expired',
  tooManyMessages: 'the server closed the session: too many messages in too short a time',
  stalled: 'the connection was cut: too little was read of what was sent',
  silent: 'the connection was cut: there was no sign of life',
  protocolError: 'the connection was cut: one side broke the rules of WebSocket',
  connectionLost: 'the connection is lost',
  credentialsRefused: 'the server refused the credentials',
  credentialsWithheld: 'there were no credentials to sign in with',
  credentialsFailed: 'the credentials could not be read',
  credentialsUnsayable: 'the protocol has no words for this username or token',
  credentialsUnanswered: 'the server did not answer the sign-in',
  credentialsPostponed: 'the server is not looking at sign-ins for this account right now',
  unread: 'the connection was cut: too little was read of what was sent',
  internalError: 'an error inside this client ended the session',
};

/** What our close frame says where the user has left. */
export const USER_EXIT = 'user exit';

/** A Sallyport that is late with its verdict says so itself, before the client loses patience. */
export function isUnansweredSignIn(reason: EndReason | undefined): boolean {
  return reason === 'credentialsUnanswered';
}

/** Where nobody was ever signed in, and it ends. */
export function finalReasonText(reason: EndReason, closeFrame: CloseFrame | undefined): string {
  return isUnansweredSignIn(reason)
    ? 'the sign-in had no answer: what answers there does not seem to be a Sallyport; check host, port and path'
    : reasonText(reason, closeFrame);
}

/** The words of the close frame are repeated where they are the server's own. */
export function reasonText(reason: EndReason, closeFrame?: CloseFrame): string {
  const text = reason === 'applicationClosed' ? (closeFrame?.text ?? '') : '';
  const isItsOwn = !['', reasons.applicationClosed.text, USER_EXIT].includes(text);
  return WORDS[reason] + (isItsOwn ? `: "${stripUnprintableName(text)}"` : '');
}

const SIGN_IN: readonly EndReason[] = [
  'attemptsUsedUp',
  'authenticationTimedOut',
  'credentialsRefused',
  'credentialsWithheld',
  'credentialsFailed',
  'credentialsUnsayable',
  'credentialsUnanswered',
  'credentialsPostponed',
  'authenticatorFailed',
  'verificationTimedOut',
  'binaryCredentials',
];

export function exitCodeFor(reason: EndReason): ExitCode {
  if (reason === 'clientLeft') return exitCodes.ok;
  return SIGN_IN.includes(reason) ? exitCodes.notSignedIn : exitCodes.ended;
}
