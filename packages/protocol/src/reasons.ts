/**
 * Why a session ended: one table, shared by servers and clients (PROTOCOL.md, section 4).
 *
 * Whoever closes picks a reason and never a number; code, text, what a client does next, log level and metric label
 * all follow from it here. Texts are constants: no exception's message ever goes to a peer.
 */

import { utf8Length } from './byte-length.ts';

/**
 * What a client may do after a close.
 * - `never`: it would end the same way, or the user was signed out.
 * - `onDemand`: when the user wants to go on.
 * - `later`: by itself, with full jitter, not before `notBeforeMs`.
 * - `withNewCredentials`: the same ones would be refused again.
 * - `withFreshToken`: at once, with a token just fetched.
 */
export type Retry = 'never' | 'onDemand' | 'later' | 'withNewCredentials' | 'withFreshToken';

export interface ReasonRow {
  /** The code of the close frame (RFC 6455, 7.4), or 1006 for a cut, which is seen and never sent. */
  readonly code: number;
  /** The reason of the close frame: at most 123 bytes (RFC 6455, 5.5). */
  readonly text: string;
  readonly retry: Retry;
  /** Milliseconds that a client waits at least before a retry `later`. */
  readonly notBeforeMs: number;
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly label: string;
}

/** Seen where a connection ended without a close frame; never sent (RFC 6455, 7.4.1). */
const CUT = 1006;

const row = (
  code: number,
  label: string,
  text: string,
  retry: Retry,
  level: ReasonRow['level'],
  notBeforeMs = 0,
): ReasonRow => ({ code, text, retry, notBeforeMs, level, label });

export const reasons = {
  clientLeft: row(1000, 'client_left', 'client left', 'never', 'debug'),
  pageLeft: row(1001, 'page_left', 'page left', 'never', 'debug'),
  applicationClosed: row(1000, 'application_closed', 'closed by the server', 'never', 'debug'),
  binaryCredentials: row(1003, 'binary_credentials', 'credentials must be text', 'never', 'info'),
  outOfOrder: row(1008, 'out_of_order', 'too many messages waiting', 'never', 'info'),
  messageTooBig: row(1009, 'message_too_big', 'message too big', 'never', 'info'),
  authenticatorFailed: row(1011, 'authenticator_failed', 'sign-in failed on the server', 'later', 'error'),
  applicationFailed: row(1011, 'application_failed', 'message failed on the server', 'later', 'error'),
  draining: row(1012, 'draining', 'server restarts', 'later', 'debug'),
  overloaded: row(1013, 'overloaded', 'server overloaded', 'later', 'warn'),
  verificationTimedOut: row(1013, 'verification_timed_out', 'sign-in took too long', 'later', 'warn'),
  malformed: row(4400, 'malformed', 'malformed message', 'never', 'info'),
  attemptsUsedUp: row(4401, 'attempts_used_up', 'too many wrong credentials', 'withNewCredentials', 'info'),
  revoked: row(4403, 'revoked', 'signed out', 'never', 'info'),
  authenticationTimedOut: row(4408, 'authentication_timed_out', 'not signed in in time', 'onDemand', 'info'),
  replaced: row(4409, 'replaced', 'signed in elsewhere', 'never', 'info'),
  idle: row(4410, 'idle', 'idle for too long', 'onDemand', 'debug'),
  expired: row(4419, 'expired', 'sign-in expired', 'withFreshToken', 'info'),
  tooManyMessages: row(4429, 'too_many_messages', 'too many messages', 'later', 'info', 30_000),
  stalled: row(CUT, 'stalled', 'took in too little of what was sent', 'later', 'warn'),
  silent: row(CUT, 'silent', 'gave no sign of life', 'later', 'info'),
  protocolError: row(CUT, 'protocol_error', 'broke RFC 6455 or a limit of the library', 'later', 'info'),
  connectionLost: row(CUT, 'connection_lost', 'connection lost', 'later', 'debug'),
} as const satisfies Record<string, ReasonRow>;

export type Reason = keyof typeof reasons;

/** Why a session ended that the *other* side, or the transport, ended: read from the code that the transport saw. */
export function reasonOfPeerClose(code: number): Reason {
  switch (code) {
    case 1001:
      return 'pageLeft';
    case 1002:
    case 1007:
    case 1008:
      return 'protocolError';
    case 1009:
      return 'messageTooBig';
    case CUT:
      return 'connectionLost';
    default:
      return 'clientLeft';
  }
}

/** What only clients say, so that no server can have meant it. */
const CLIENTS: readonly Reason[] = ['clientLeft', 'pageLeft'];

/**
 * Why a server ended a session, for its client: read from the close frame, and from its text where a code has two reasons.
 * Not every server at the other end of a WebSocket is ours, nor is every proxy: any code has an answer.
 */
export function reasonOfServerClose(code: number, text = ''): Reason {
  switch (code) {
    // Also said by servers and proxies that go away; the page is the client's own.
    case 1001:
      return 'draining';
    case 1002:
    case 1007:
      return 'protocolError';
    // 1015: TLS failed, so there was no session.
    case CUT:
    case 1015:
      return 'connectionLost';
    // A proxy without its server (1014, IANA).
    case 1014:
      return 'overloaded';
  }
  const known = (Object.keys(reasons) as Reason[]).filter(
    (reason) => reasons[reason].code === code && !CLIENTS.includes(reason),
  );
  // An application's own code, or a close frame without one (1005), is a decision to end it.
  return known.find((reason) => reasons[reason].text === text) ?? known[0] ?? 'applicationClosed';
}

/** The longest reason a close frame holds, in bytes: 125 for a control frame, less two for the code (RFC 6455, 5.5). */
const MAX_BYTES = 123;

/** Cuts a close reason to 123 bytes of UTF-8, never inside a code point (a receiver would see a broken frame). */
export function cutReason(text: string): string {
  let bytes = 0;
  let end = 0;
  for (const character of text) {
    bytes += utf8Length(character.codePointAt(0) ?? 0);
    if (bytes > MAX_BYTES) return text.slice(0, end);
    end += character.length;
  }
  return text;
}
