/**
 * Rows about failures of Redis, the broker of several servers. Each is a line of the table in docs/operations/redis.md too, which says what
 * publishers, subscribers and the operator notice.
 */
import type { Row } from '../row.ts';

export const redisRows: readonly Row[] = [
  {
    id: 'E50',
    threat: 'Redis is down when the server starts.',
    outcome:
      'The server serves: users sign in, and channels are `unavailable`. It says so once, and connects when Redis runs.',
    at: ['redis'],
  },
  {
    id: 'E51',
    threat: 'Redis is killed, or cannot be reached.',
    outcome:
      'Publications are `unavailable`, and those on their way `unknown`. Sessions go on, and users sign in. When Redis is back, subscribers get what they missed; if Redis has lost it, they get `lost`.',
    at: ['redis', 'binaries'],
  },
  {
    id: 'E52',
    threat: 'Redis is slow, and answers within the deadline.',
    outcome: 'Everything works, later. The broker stays connected.',
    at: ['redis'],
  },
  {
    id: 'E53',
    threat: 'Redis is slower than the deadline, or its process is stopped (SIGSTOP).',
    outcome:
      'What was sent is `unknown`. The broker is interrupted, at the latest by its next probe, and heals when Redis answers in time.',
    at: ['redis'],
  },
  {
    id: 'E54',
    threat: 'Commands pile up because Redis does not answer.',
    outcome: 'At most 16 384 wait. Further publications are `unavailable`, and certainly not sent.',
    at: ['redis'],
  },
  {
    id: 'E55',
    threat:
      'A connection to Redis is half-open, that of the subscriptions alone too, or a subscription is silent.',
    outcome:
      'The probe publishes, and expects its text on the subscription. Without it the broker is interrupted, connects anew, and channels read what they missed.',
    at: ['redis'],
  },
  {
    id: 'E56',
    threat: 'Redis closes the connections of a server: `CLIENT KILL TYPE pubsub` or `normal`.',
    outcome: 'The broker is interrupted for a moment. Every channel is followed again.',
    at: ['redis'],
  },
  {
    id: 'E57',
    threat: 'Redis cuts a server that reads its subscriptions too slowly (output buffer).',
    outcome: 'The broker is interrupted for a moment. Channels read from the log what they missed.',
    at: ['redis'],
  },
  {
    id: 'E58',
    threat: 'Redis is out of memory (`noeviction`).',
    outcome:
      'Publications are `unavailable`, with the reason OOM, and nothing of them is stored. What Redis has can be read.',
    at: ['redis'],
  },
  {
    id: 'E59',
    threat: 'Redis drops keys, because its memory is full and its policy is another one than `noeviction`.',
    outcome:
      'The operator is warned at the start. A channel whose counters or history were dropped tells `lost`; what it still tells is right.',
    at: ['redis'],
  },
  {
    id: 'E60',
    threat: 'Redis becomes a read-only replica.',
    outcome:
      'It is `unavailable`, for reads too, because it may be behind. It is used again when it is promoted.',
    at: ['redis'],
  },
  {
    id: 'E61',
    threat: 'Redis has too few replicas (NOREPLICAS), or cannot save (MISCONF).',
    outcome:
      'Publications are `unavailable`, with the reason, and nothing of them is stored. The broker stays connected.',
    at: ['redis'],
  },
  {
    id: 'E62',
    threat: 'The password for Redis is wrong.',
    outcome: 'It is told to the operator once, without the password. The broker connects when it is right.',
    at: ['redis'],
  },
  {
    id: 'E63',
    threat: 'The user of Redis lacks a right (NOPERM).',
    outcome: 'It shows at the start, and names the right. Nothing is half done.',
    at: ['redis'],
  },
  {
    id: 'E64',
    threat: 'The user of Redis loses a right in the middle of a script.',
    outcome:
      'The publication is `unknown`, and later ones are `unavailable`. The comparison of tops finds what was stored and not delivered.',
    at: ['redis'],
  },
  {
    id: 'E65',
    threat: 'FLUSHALL, under live channels.',
    outcome: 'Channels go on in new epochs. Every position of before is `lost`.',
    at: ['redis'],
  },
  {
    id: 'E66',
    threat: 'SCRIPT FLUSH, under live channels.',
    outcome:
      'What is sent before the broker has loaded its scripts again is `unavailable`, and nothing of it is stored.',
    at: ['redis'],
  },
  {
    id: 'E67',
    threat: 'A replica that lagged is promoted, whether the connections of the servers survive it or not.',
    outcome:
      'What only the old master had is `lost`. Two histories of one epoch are never taken for one: each publication names the one before it.',
    at: ['redis', 'binaries'],
  },
  {
    id: 'E68',
    threat: 'A key of another program has the name of one of ours (WRONGTYPE).',
    outcome: 'The publication is `unavailable`, with the reason, and no key is changed.',
    at: ['redis'],
  },
  {
    id: 'E69',
    threat: 'Redis is killed in the middle of many appends.',
    outcome:
      'With `appendfsync always` every publication that was told is there. One that was `unknown` is there once or not at all, and once after a retry with its key.',
    at: ['redis'],
  },
  {
    id: 'E70',
    threat: 'The answer of Redis to an append is lost.',
    outcome:
      'The publication is `unknown`. A retry with its key answers the position that it has, and it is there once.',
    at: ['redis', 'session'],
  },
];
