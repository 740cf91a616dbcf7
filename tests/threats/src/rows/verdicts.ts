/** What may happen while credentials are verified, and what a verdict tells. */
import type { Row } from '../row.ts';

export const verdictRows: readonly Row[] = [
  {
    id: 'A19',
    threat: 'Messages right behind the credentials, before there is a verdict.',
    outcome:
      'They wait, 16 and 64 KiB at most, and are taken in order: after an acceptance as messages, after a refusal the next one as the next attempt. Past the bound 1008.',
    at: ['session', 'sockets'],
  },
  {
    id: 'A20',
    threat: 'A message in the very tick of the verdict.',
    outcome: 'Neither lost nor early: the acceptance first, then the replies in order.',
    at: ['session', 'sockets'],
  },
  {
    id: 'A21',
    threat: 'Further credentials while the first are verified.',
    outcome: 'They wait like anything else. Never are two attempts of one session verified at once.',
    at: ['session', 'sockets'],
  },
  {
    id: 'A22',
    threat: 'Wrong credentials, again and again.',
    outcome: 'Each is told so; after the fifth, 4401 behind the words.',
    at: ['session', 'sockets'],
  },
  {
    id: 'A23',
    threat: 'The authenticator throws.',
    outcome: '1011, and the client learns nothing of the error. It is reported once; everybody else goes on.',
    at: ['session', 'sockets'],
  },
  {
    id: 'A24',
    threat: 'The authenticator rejects, with an error or with anything else.',
    outcome: 'As when it throws. It is no failure of the user’s, and no throttle counts it.',
    at: ['session', 'authenticator', 'sockets'],
  },
  {
    id: 'A25',
    threat: 'The authenticator never answers.',
    outcome:
      '1013 after 5 s; its signal is aborted, and what it held is free for the next, also in the throttle.',
    at: ['session', 'sockets'],
  },
  {
    id: 'A26',
    threat: 'The authenticator answers after all: when the time is over, or the session.',
    outcome: 'Nobody listens any more. A late verdict opens nothing, whenever it comes.',
    at: ['session', 'sockets'],
  },
  {
    id: 'A27',
    threat: 'The authenticator answers twice.',
    outcome: 'The first answer counts, for its own attempt and no other.',
    at: ['session'],
  },
  {
    id: 'A28',
    threat: 'The authenticator answers with something that is no verdict, and may well be truthy.',
    outcome: 'Only an explicit acceptance with a user opens the gate; all else is a failure, 1011.',
    at: ['session'],
  },
  {
    id: 'A29',
    threat: 'The client leaves while its credentials are verified.',
    outcome: 'The session ends at once, the signal is aborted, nothing is sent, nothing is left behind.',
    at: ['session', 'sockets'],
  },
  {
    id: 'A30',
    threat: 'One user signs in twice.',
    outcome:
      'Both may stay, unless the server is told that the newest wins: then the older is closed with 4409.',
    at: ['session', 'sockets'],
  },
  {
    id: 'A31',
    threat: 'Who exists, told by the words, the code or the size of an answer.',
    outcome: 'Unknown users, wrong passwords and bad tokens are answered byte for byte alike.',
    at: ['authenticator', 'binaries'],
  },
  {
    id: 'A32',
    threat: 'Who exists, told by the time of an answer.',
    outcome:
      'Each refusal costs one hash and comes at 300 ms, or at the next doubling of it. Names that nobody has cost what those of the file cost, in the same proportions, each always the same.',
    at: ['authenticator', 'binaries'],
    unproven:
      'no test judges measured times, for none may depend on a machine’s speed: `pnpm test:memory` prints them, and the number of hashes, their cost and the moment on a simulated clock are compared. In a file of mixed costs beyond the 300 ms, a restart changes which of them a name that nobody has costs',
  },
  {
    id: 'A33',
    threat:
      'A secret guessed by how long it takes to compare, or of a length that makes the comparison throw.',
    outcome: 'Secrets are compared by their digests in constant time, whatever their lengths.',
    at: ['authenticator'],
  },
];
