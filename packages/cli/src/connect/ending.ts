/** The text and the exit code for the reason why a session has ended or was interrupted. Proven by: test/ended.test.ts, test/piped.test.ts. */
import type { EndReason } from '@sallyport/client';
import { reasons } from '@sallyport/protocol';
import { type ExitCode, exitCodes } from '../refusal.ts';
import { stripUnprintableName } from '../strip-unprintable.ts';
import type { CloseFrame } from './last-attempt.ts';

const REASON_TEXTS: Readonly<Record<EndReason, string>> = {
  clientLeft: 'you have left',
  pageLeft: 'you have left',
  applicationClosed: 'the server closed the session',
  binaryCredentials: 'the server accepts credentials as text only',
  outOfOrder: 'the server closed the session: too many messages were waiting there',
  messageTooBig: 'the server closed the session: a message was too big',
  authenticatorFailed: 'the server could not check the sign-in because of an internal error',
  applicationFailed: 'the server closed the session: it failed to handle a message',
  draining: 'the server is stopping or restarting',
  overloaded: 'the server is overloaded',
  verificationTimedOut: 'the server took too long to check the sign-in',
  malformed: 'the server closed the session: it did not understand a message',
  attemptsUsedUp: 'too many wrong usernames or passwords; the server closed the connection',
  revoked: 'the server has signed you out',
  authenticationTimedOut: 'the server waited too long for the sign-in, and closed the connection',
  replaced: 'a new sign-in of this user ended this session',
  idle: 'the server closed the session: it received no message for too long',
  expired: 'the sign-in has expired',
  tooManyMessages: 'the server closed the session: too many messages in too short a time',
  stalled: 'the connection was closed: this client read too slowly',
  silent: 'the connection was closed: the other side did not respond',
  protocolError: 'the connection was closed: one side violated the WebSocket protocol',
  connectionLost: 'the connection is lost',
  credentialsRefused: 'the server refused the credentials',
  credentialsWithheld: 'there were no credentials to sign in with',
  credentialsFailed: 'the credentials could not be read',
  credentialsUnsayable: 'the protocol cannot express this username or token',
  credentialsUnanswered: 'the server did not answer the sign-in',
  credentialsPostponed: 'the server is not looking at sign-ins for this account right now',
  unread: 'the connection was closed: this client read too slowly',
  internalError: 'an error inside this client ended the session',
};

/** The reason phrase of this client's close frame when the user exits. */
export const USER_EXIT = 'user exit';

/** The server never answered the sign-in. A Sallyport that is late sends its own timeout before the client gives up. */
export function isUnansweredSignIn(reason: EndReason | undefined): boolean {
  return reason === 'credentialsUnanswered';
}

/** What the client has sent, for the text about a message that was too big. */
interface Sent {
  /** Bytes of the largest message on this connection, as it was on the wire. */
  readonly largestBytes: number;
  /** Whether the client has signed in. */
  readonly isSignedIn: boolean;
}

/** The text when the credentials of the upgrade request do not sign in; `undefined` for other reasons. */
export function requestSignInText(reason: EndReason): string | undefined {
  if (reason === 'credentialsRefused')
    return 'not signed in: the server refused the credentials of the upgrade request; check the --header, or the query of the URL';
  if (reason === 'authenticationTimedOut')
    return 'not signed in: the server found no credentials in the upgrade request; does it read this header or this query?';
  return undefined;
}

/** The text when a session ends without a sign-in. */
export function finalReasonText(reason: EndReason, closeFrame: CloseFrame | undefined, sent?: Sent): string {
  if (isUnansweredSignIn(reason))
    return 'the server did not answer the sign-in: it does not seem to be a Sallyport; check host, port and path';
  return reason === 'messageTooBig' && sent ? tooBigText(sent) : reasonText(reason, closeFrame);
}

/** Defaults of a Sallyport: `--credential-size` counts before the sign-in, `--message-size` after it. */
const DEFAULT_LIMITS = { before: 4_096, after: 65_536 } as const;

/** The protocol does not tell the client the server's limit. But the largest message was larger than it. */
function tooBigText({ largestBytes, isSignedIn }: Sent): string {
  const limit = isSignedIn ? DEFAULT_LIMITS.after : DEFAULT_LIMITS.before;
  const when = isSignedIn ? '' : ' before the sign-in';
  const known =
    largestBytes > limit
      ? `a Sallyport accepts ${limit}${when} by default`
      : `this server accepts less${when} (the default is ${limit})`;
  return `${REASON_TEXTS.messageTooBig}: the largest had ${largestBytes} bytes, and ${known}`;
}

/** The text for a reason, with the close frame's reason phrase where the application chose it. */
export function reasonText(reason: EndReason, closeFrame?: CloseFrame): string {
  const text = reason === 'applicationClosed' ? (closeFrame?.text ?? '') : '';
  const isItsOwn = !['', reasons.applicationClosed.text, USER_EXIT].includes(text);
  return REASON_TEXTS[reason] + (isItsOwn ? `: "${stripUnprintableName(text)}"` : '');
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
