/** Threats and faults while credentials are verified, and in the answers. */
import type { Row } from '../row.ts';

export const verdictRows: readonly Row[] = [
  {
    id: 'A19',
    threat: 'Messages right after the credentials, before the verdict.',
    outcome:
      'They wait, at most 16 and 64 KiB, and are taken in order: after an acceptance as messages, after a refusal the next one as the next attempt. Past the bound 1008.',
    at: ['session', 'sockets'],
  },
  {
    id: 'A20',
    threat: 'A message in the same tick as the verdict.',
    outcome: 'It is neither lost nor early: the acceptance comes first, then the replies in order.',
    at: ['session', 'sockets'],
  },
  {
    id: 'A21',
    threat: 'Further credentials while the first are verified.',
    outcome: 'They wait like any message. Two attempts of one session are never verified at once.',
    at: ['session', 'sockets'],
  },
  {
    id: 'A22',
    threat: 'Wrong credentials, again and again.',
    outcome: 'A refusal for each; after the fifth, 4401 follows it.',
    at: ['session', 'sockets'],
  },
  {
    id: 'A23',
    threat: 'The authenticator throws.',
    outcome:
      '1011, and the client learns nothing of the error. It is reported once; all other sessions go on.',
    at: ['session', 'sockets'],
  },
  {
    id: 'A24',
    threat: 'The authenticator rejects, with an error or with another value.',
    outcome: 'As when it throws. It is not a failure of the user, and no throttle counts it.',
    at: ['session', 'authenticator', 'sockets'],
  },
  {
    id: 'A25',
    threat: 'The authenticator never answers.',
    outcome:
      '1013 after 5 s. Its signal aborts, and its place is free for the next attempt, also in the throttle.',
    at: ['session', 'sockets'],
  },
  {
    id: 'A26',
    threat: 'The authenticator answers too late: after the time limit, or after the session has ended.',
    outcome: 'The verdict is ignored. A late verdict never opens a session.',
    at: ['session', 'sockets'],
  },
  {
    id: 'A27',
    threat: 'The authenticator answers twice.',
    outcome: 'The first answer counts, and only for its own attempt.',
    at: ['session'],
  },
  {
    id: 'A28',
    threat: 'The authenticator returns a value that is not a verdict, and may well be truthy.',
    outcome: 'Only an explicit acceptance with a user opens the session; all else is a failure, 1011.',
    at: ['session'],
  },
  {
    id: 'A29',
    threat: 'The client leaves while its credentials are verified.',
    outcome: 'The session ends at once, the signal aborts, nothing is sent, nothing is left behind.',
    at: ['session', 'sockets'],
  },
  {
    id: 'A30',
    threat: 'One user signs in twice.',
    outcome:
      'Both sessions may stay. With the option that the newest wins, the older one is closed with 4409.',
    at: ['session', 'sockets'],
  },
  {
    id: 'A31',
    threat: 'Answers whose words, code or size reveal which users exist.',
    outcome: 'Unknown users, wrong passwords and bad tokens get the same answer byte for byte.',
    at: ['authenticator', 'binaries'],
  },
  {
    id: 'A32',
    threat: 'Answers whose time reveals which users exist.',
    outcome:
      'Each refusal costs one hash and comes at 300 ms, or at the next doubling of it. Unknown names cost what the names in the file cost, in the same proportions, and each name always costs the same.',
    at: ['authenticator', 'binaries'],
    unproven:
      'no test judges measured times, because none may depend on the speed of a machine: `pnpm test:memory` prints them, and tests compare the number of hashes, their cost and the moment on a simulated clock. In a file with different costs beyond 300 ms, a restart changes which of them an unknown name costs',
  },
  {
    id: 'A33',
    threat:
      'A secret that is guessed by the time of the comparison, or has a length at which the comparison throws.',
    outcome: 'Secrets are compared by their digests in constant time, whatever their lengths.',
    at: ['authenticator'],
  },
];
