/** The names of all metrics, and what each means. docs/operations/metrics.md lists them. Proven by: test/metrics.test.ts. */
import type { ChannelCounters } from '@sallyport/channels';
import type { Counters } from '@sallyport/core';

interface Described {
  readonly name: string;
  readonly help: string;
}

/** The counters of sessions. A missing one does not compile. */
export const counts: Readonly<Record<keyof Counters, Described>> = {
  upgradeRefused: of('sallyport_upgrades_refused_total', 'Refused upgrade requests'),
  opened: of('sallyport_sessions_opened_total', 'Sessions that opened'),
  closed: of('sallyport_sessions_closed_total', 'Sessions that ended'),
  authenticated: of('sallyport_authenticated_total', 'Sign-ins; refreshes do not count'),
  refused: of('sallyport_credentials_refused_total', 'Refused attempts to sign in'),
  postponed: of('sallyport_credentials_postponed_total', 'Attempts that the throttle did not let through'),
  messagesReceived: of('sallyport_messages_received_total', 'Messages from clients'),
  bytesReceived: of('sallyport_received_bytes_total', 'Bytes of messages from clients'),
  messagesSent: of('sallyport_messages_sent_total', 'Messages and answers that were sent to clients'),
  bytesSent: of(
    'sallyport_sent_bytes_total',
    'Bytes of frames of messages and answers that were sent to clients',
  ),
  messagesIgnored: of(
    'sallyport_messages_ignored_total',
    'Messages that came in after the session stopped reading',
  ),
  messagesUnsent: of(
    'sallyport_messages_unsent_total',
    'Replies and messages for a client that was not signed in or had closed',
  ),
  requestsServed: of(
    'sallyport_requests_served_total',
    'Requests, and operations on channels, that were answered with a result',
  ),
  requestsFailed: of(
    'sallyport_requests_failed_total',
    'Requests, and operations on channels, that were answered with an error',
  ),
  faults: of('sallyport_faults_total', 'Errors of the app, the authenticator or an adapter'),
};

/** The counters of channels. A missing one does not compile. */
export const channelCounts: Readonly<Record<keyof ChannelCounters, Described>> = {
  subscribed: of('sallyport_channel_subscribed_total', 'Subscriptions that began'),
  unsubscribed: of('sallyport_channel_unsubscribed_total', 'Subscriptions that ended'),
  recovered: of(
    'sallyport_channel_recovered_total',
    'Subscriptions that began with all that the client missed',
  ),
  notRecovered: of(
    'sallyport_channel_not_recovered_total',
    'Subscriptions with a position that began without all that the client missed',
  ),
  published: of(
    'sallyport_channel_published_total',
    'Publications of this node that the broker has appended',
  ),
  publishUnavailable: of(
    'sallyport_channel_publish_unavailable_total',
    'Publications of this node that were certainly not appended',
  ),
  publishUnknown: of(
    'sallyport_channel_publish_unknown_total',
    'Publications of this node that may have been appended',
  ),
  delivered: of(
    'sallyport_channel_delivered_total',
    'Publications that went to the subscribers of this node, once for each channel',
  ),
  sent: of(
    'sallyport_channel_sent_total',
    'Publications that were sent to subscribers, once for each subscriber',
  ),
  repairs: of('sallyport_channel_repairs_total', 'Times that a channel read its log to repair a gap'),
  inquiries: of(
    'sallyport_channel_inquiries_total',
    'Times that a channel read its log for clients that came back',
  ),
  lost: of('sallyport_channel_lost_total', 'Times that the subscribers of a channel were told of a loss'),
  revocationsLost: of(
    'sallyport_revocations_lost_total',
    'Times that this node may have missed revocations, and asked about its sessions',
  ),
  signInsLost: of(
    'sallyport_sign_ins_lost_total',
    'Times that this node may have missed sign-ins on other nodes, and announced its sessions again',
  ),
  messagesLost: of('sallyport_user_messages_lost_total', 'Times that this node missed messages to users'),
  faults: of('sallyport_channel_faults_total', 'Errors of the authorizer, the broker or an observer'),
};

/** The other metrics. */
export const labelled = {
  sessions: { ...of('sallyport_sessions', 'Sessions in each state of the machine'), labelNames: ['state'] },
  signIns: {
    ...of(
      'sallyport_sign_ins_total',
      'Verifications by outcome: accepted, refused, postponed, refreshed, refreshFailed, or ended if the session ended first',
    ),
    labelNames: ['outcome'],
  },
  signInSeconds: {
    ...of('sallyport_sign_in_seconds', 'Time of a verification, by outcome'),
    labelNames: ['outcome'],
  },
  ended: {
    ...of('sallyport_sessions_ended_total', 'Sessions that ended, by reason and close code'),
    labelNames: ['reason', 'code'],
  },
  sessionSeconds: of('sallyport_session_seconds', 'Time from the opening of a session to its end'),
  unsentBytes: of('sallyport_unsent_bytes', 'Bytes that were sent to clients and have not left the process'),
  limits: { ...of('sallyport_limit', 'The limits of the server'), labelNames: ['limit'] },
  channels: of('sallyport_channels', 'Channels that this node follows'),
  pendingRevocations: of(
    'sallyport_revocations_pending',
    'Revocations of this node that the broker does not have yet, so that other nodes do not know them',
  ),
  brokerConnected: {
    ...of(
      'sallyport_broker_connected',
      '1 while the node is connected to the broker of its channels, else 0',
    ),
    labelNames: ['broker'],
  },
  brokerSeconds: {
    ...of(
      'sallyport_broker_probe_seconds',
      'Time of the last probe of the broker; absent while not connected',
    ),
    labelNames: ['broker'],
  },
  certificateExpiry: of(
    'sallyport_certificate_expiry_timestamp_seconds',
    'When the certificate in service expires, in seconds since 1970; absent without TLS',
  ),
  recordingLost: of(
    'sallyport_recording_lost_lines_total',
    'Lines of the recording that the disk did not take; absent without a recording',
  ),
  subscriptions: of('sallyport_subscriptions', 'Subscriptions at this node'),
  workers: of('sallyport_workers', 'Workers that take clients; absent without --workers'),
  workerEnds: of(
    'sallyport_workers_ended_total',
    'Workers that ended and were not told to; absent without --workers',
  ),
};

function of(name: string, help: string): Described {
  return { name, help };
}
