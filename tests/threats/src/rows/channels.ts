/** Rows about channels: what clients and brokers may do to subscriptions and publications. */
import type { Row } from '../row.ts';

export const channelRows: readonly Row[] = [
  {
    id: 'E35',
    threat: 'A user subscribes, publishes, recovers or asks for the presence without a permission.',
    outcome:
      'The authorizer is asked for each by itself, and only an explicit `allow()` in time opens it. All else is answered `forbidden`, `unavailable` or `internal`, and changes nothing.',
    at: ['session', 'sockets'],
  },
  {
    id: 'E36',
    threat: 'A permission ends while its subscription goes on, or while it is being made.',
    outcome:
      'The subscription ends with it, also during a slow follow. After a refresh of the identity the authorizer is asked again. Nothing is delivered past the end.',
    at: ['session', 'sockets'],
  },
  {
    id: 'E37',
    threat:
      'Names of channels that deceive: other scripts, controls, spaces, `*`, 256 characters, `__proto__`, `constructor`.',
    outcome:
      'A name has 1 to 255 printable characters of ASCII without the space and `*`; any other is answered `invalidRequest`. Names of what objects inherit are names like any other.',
    at: ['session', 'sockets'],
  },
  {
    id: 'E38',
    threat: 'A flood of subscribe and unsubscribe, in one channel or in ever new ones.',
    outcome:
      'A session has at most 128 subscriptions and 16 operations under way, and a node follows at most 100 000 channels. An operation costs a message of the rate limit. Another client is served meanwhile, and after a first flood a second one raises the memory of the server by less than 64 MiB.',
    at: ['session', 'binaries'],
  },
  {
    id: 'E39',
    threat:
      'History as a memory bomb: huge publications in many channels, or many clients that recover them.',
    outcome:
      'History, recent publications and one recovery are bounded in bytes, over all channels. The channel without an append for longest loses its history, and its readers are told. A herd of clients costs one read.',
    at: ['session', 'binaries'],
  },
  {
    id: 'E40',
    threat: 'A user learns by the presence who is there.',
    outcome:
      'Presence is an action of its own for the authorizer, is asked again after a refresh, and can be off for a namespace. Changes go only to subscribers that asked. Above 100 users only their number is told.',
    at: ['session'],
  },
  {
    id: 'E41',
    threat:
      'The identity expires, or the session ends, while the authorizer thinks or while a subscription goes on.',
    outcome: 'No subscription outlives its identity. A late verdict opens nothing.',
    at: ['session'],
  },
  {
    id: 'E42',
    threat:
      'A user publishes with the key of another user, to suppress a publication or to learn its position.',
    outcome: 'Keys belong to one user and one channel.',
    at: ['session', 'sockets'],
  },
  {
    id: 'E43',
    threat: 'A flood of publications with ever new keys.',
    outcome:
      'The broker in memory keeps at most 10 000 keys of one user and 500 000 in all, each for a minute. Past it publications with a new key are answered `unavailable`; no key is forgotten early. Other users notice nothing.',
    at: ['session'],
  },
  {
    id: 'E44',
    threat: 'A publication that arrives before `subscribed` or after `unsubscribed`.',
    outcome:
      'None does, also where the broker reports it early or late. A client drops one for a channel that it does not read.',
    at: ['session', 'sockets'],
  },
  {
    id: 'E45',
    threat: 'A subscriber that reads slowly, or not at all.',
    outcome:
      'It is cut as `stalled` when 1 MiB is unsent, and no other subscriber waits for it. When it comes back it recovers.',
    at: ['session', 'binaries'],
  },
  {
    id: 'E46',
    threat: 'A user is revoked while one of several servers is cut off from the others.',
    outcome:
      'The revocation is in a log that every server reads. A server that was cut off ends the sessions of the user (4403) as soon as it is back, also those that began meanwhile, and voids a sign-in that it verifies.',
    at: ['session', 'binaries'],
  },
  {
    id: 'E47',
    threat: 'A user is revoked while the broker is down.',
    outcome:
      'The sessions of the server that was asked end at once. It says `hereOnly`, the terminal tool ends with 1, and the server tries again while it runs; then the others end theirs.',
    at: ['session', 'binaries', 'terminal'],
  },
  {
    id: 'E48',
    threat:
      'A user signs in on two servers at once, or during an outage, where only the newest session may stay.',
    outcome:
      'Exactly one session stays: that of the entry that stands last in the log, or after an outage that of the later sign-in by the clock. The other one ends with 4409.',
    at: ['session', 'binaries'],
  },
  {
    id: 'E49',
    threat: 'The log of revocations is lost, or a server was cut off for longer than it reaches back.',
    outcome:
      'The server asks the authenticator about each of its sessions (`stillValid`), at a bounded rate. Those that it does not say to be valid end with 4419, and so do all where it has no such method, spread over 5 minutes.',
    at: ['session', 'binaries'],
  },
];
