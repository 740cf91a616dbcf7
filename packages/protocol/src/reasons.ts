/**
 * The reasons why a session ends: one table, shared by servers and clients (PROTOCOL.md, section 4).
 *
 * Code that closes a session names a reason, never a number. The table gives the code, the text, what a client may do next, the
 * log level and the metric label. Texts are constants: the message of an error never goes to a peer.
 */

import { utf8Length } from './byte-length.ts';

/**
 * When a client may connect again after the end of a session.
 * - `never`: the next session would end the same way, or the user was signed out.
 * - `onDemand`: when the user wants to go on.
 * - `later`: by itself, with full jitter, no sooner than after `notBeforeMs`.
 * - `withNewCredentials`: with other credentials, since the same would be refused again.
 * - `withFreshToken`: at once, with a token just fetched.
 */
export type Retry = 'never' | 'onDemand' | 'later' | 'withNewCredentials' | 'withFreshToken';

/** What follows from a reason. */
export interface ReasonRow {
  /** The code of the close frame (RFC 6455, 7.4). 1006 if there was no close frame. */
  readonly code: number;
  /** The text of the close frame. At most 123 bytes (RFC 6455, 5.5). */
  readonly text: string;
  /** When a client may connect again. */
  readonly retry: Retry;
  /** The least milliseconds before a retry `later`. */
  readonly notBeforeMs: number;
  /** The level at which a server logs the end. */
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  /** The label for metrics. */
  readonly label: string;
}

/** The code of a connection that closed without a close frame. Never sent (RFC 6455, 7.4.1). */
const CUT = 1006;

const row = (
  code: number,
  label: string,
  text: string,
  retry: Retry,
  level: ReasonRow['level'],
  notBeforeMs = 0,
): ReasonRow => ({ code, text, retry, notBeforeMs, level, label });

/** The table of reasons, by name. */
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

/** The name of a reason. */
export type Reason = keyof typeof reasons;

/** The reason for a server, where the client or the transport ended the session: from the code that the transport saw. */
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

/** Reasons of clients only. A server's code never means one of them. */
const CLIENTS: readonly Reason[] = ['clientLeft', 'pageLeft'];

/**
 * The reason for a client, where the server ended the session: from the code of the close frame, and from its text where a code
 * has two reasons. Every code has a reason, because the peer may be another server or a proxy.
 */
export function reasonOfServerClose(code: number, text = ''): Reason {
  switch (code) {
    // Servers and proxies that go away send it too.
    case 1001:
      return 'draining';
    case 1002:
    case 1007:
      return 'protocolError';
    // 1015: TLS failed before a session.
    case CUT:
    case 1015:
      return 'connectionLost';
    // A proxy could not reach its server (1014, IANA).
    case 1014:
      return 'overloaded';
  }
  const known = (Object.keys(reasons) as Reason[]).filter(
    (reason) => reasons[reason].code === code && !CLIENTS.includes(reason),
  );
  // The application's own code, or a close frame without a code (1005).
  return known.find((reason) => reasons[reason].text === text) ?? known[0] ?? 'applicationClosed';
}

/** The most bytes of a close reason: 125 for a control frame, less two for the code (RFC 6455, 5.5). */
const MAX_BYTES = 123;

/** Cuts a close reason to 123 bytes of UTF-8, never inside a code point, which would make the frame invalid. */
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
