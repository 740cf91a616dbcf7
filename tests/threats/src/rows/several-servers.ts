/** Rows about several servers that share their channels: what happens to one of them, and what they do at the same time. */
import type { Row } from '../row.ts';

export const severalServersRows: readonly Row[] = [
  {
    id: 'E71',
    threat:
      'Two servers use a new channel at the same moment, or right after the broker has lost its memory.',
    outcome: 'Both get one epoch, and no offset is given twice.',
    at: ['redis'],
  },
  {
    id: 'E72',
    threat: 'The history becomes shorter while a channel reads it to repair a gap.',
    outcome: 'Subscribers get what was still there, then `lost`, and then what follows. No gap is silent.',
    at: ['session', 'redis'],
  },
  {
    id: 'E73',
    threat: 'One of several servers is killed while users talk on it.',
    outcome:
      'Its clients connect again, and get what they missed as far as the history reaches. The other servers go on.',
    at: ['binaries'],
  },
  {
    id: 'E74',
    threat: 'One of several servers drains while users talk on it.',
    outcome:
      'Subscriptions end with their sessions. Clients connect again, and lose nothing that the history has. The server exits with 0.',
    at: ['session', 'binaries'],
  },
  {
    id: 'E75',
    threat:
      'A client subscribes, unsubscribes, cancels or closes, or its identity is refreshed, while the authorizer thinks.',
    outcome:
      'The last word counts: a late verdict opens nothing, and no subscription is left that the client does not know of.',
    at: ['session'],
  },
];
