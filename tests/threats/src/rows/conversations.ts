/** What may go wrong once somebody is signed in. */
import type { Row } from '../row.ts';

export const conversationRows: readonly Row[] = [
  {
    id: 'E1',
    threat: 'A client that sends and never reads.',
    outcome:
      'Cut as `stalled` once 1 MiB is unsent, or when nothing of it has left for 10 s. Nothing is dropped before.',
    at: ['session', 'sockets'],
  },
  {
    id: 'E2',
    threat: 'Messages faster than they should come.',
    outcome: 'Where a rate is set, 4429 for whoever exceeds it and its burst.',
    at: ['session', 'sockets'],
  },
  {
    id: 'E3',
    threat: 'A message of the largest size, and one byte more.',
    outcome:
      'The first is answered; the second is 1009, in a close frame on both transports, up to twice the largest size. What came before it is answered first. Past that uWebSockets.js cuts.',
    at: ['session', 'sockets'],
  },
  {
    id: 'E4',
    threat: 'A message in fragments, with a ping between them.',
    outcome: 'One message, once; the pong goes first.',
    at: ['sockets'],
  },
  {
    id: 'E5',
    threat: 'Fragments without end that are tiny or empty.',
    outcome:
      'On `ws` 1008 after 1024 of them. uWebSockets.js keeps only their bytes, and no more than a message may have. They are no sign of life.',
    at: ['sockets'],
  },
  {
    id: 'E6',
    threat: 'Pings without end from a client that reads no pong.',
    outcome:
      'Cut on `ws` at 60 pongs unsent; dropped by uWebSockets.js past its limit. The memory stays bounded on both.',
    at: ['sockets'],
  },
  {
    id: 'E7',
    threat: 'Frames that RFC 6455 forbids.',
    outcome:
      'Ended once, and nobody else is disturbed. `ws` says 1002; uWebSockets.js cuts, with what it had not sent yet of the same read, and overlooks some, which the deadline or the heartbeat then ends (docs/transports.md).',
    at: ['session', 'sockets'],
  },
  {
    id: 'E8',
    threat: 'A small message that decompresses to a huge one.',
    outcome: 'Compression is not agreed to.',
    at: ['sockets'],
  },
  {
    id: 'E9',
    threat: 'The other end is gone without a word: a cable pulled, a machine asleep.',
    outcome: 'Pinged every 25 s, and cut as `silent` after 35 s in JSON, 300 s in text.',
    at: ['session', 'sockets'],
    unproven:
      'a real cable: that takes a network namespace and root. A client that falls silent stands for it',
  },
  {
    id: 'E10',
    threat: 'Somebody who is there and says nothing for long.',
    outcome: 'Stays, by the pongs; unless the server has a limit for that: 4410.',
    at: ['session', 'sockets'],
  },
  {
    id: 'E11',
    threat: 'The connection ends without a close frame: FIN or RST.',
    outcome: '`connectionLost`, 1006, once, and nothing is left behind.',
    at: ['session', 'sockets'],
  },
  {
    id: 'E12',
    threat: 'The application throws.',
    outcome:
      '1011 for this session and no other; the error is reported with its session, and the peer is told nothing of it.',
    at: ['session', 'sockets'],
  },
  {
    id: 'E13',
    threat: 'The application rejects, or does not answer.',
    outcome: 'As when it throws; without an answer after 30 s.',
    at: ['session', 'sockets'],
  },
  {
    id: 'E14',
    threat: 'The application finishes its answers in another order.',
    outcome:
      'They are sent in the order of the messages. 16 messages are with the application at once; 1000 wait.',
    at: ['session', 'sockets'],
  },
  {
    id: 'E15',
    threat: 'Something is sent to a client that has gone.',
    outcome: '`closed` for an answer, and counted. The transport is not called.',
    at: ['session', 'sockets'],
  },
  {
    id: 'E16',
    threat: 'A session is closed twice, or from within its own opening.',
    outcome: 'It ends once.',
    at: ['session', 'sockets'],
  },
  {
    id: 'E17',
    threat: 'Messages behind our close frame.',
    outcome: 'Not read, on either transport; they are counted.',
    at: ['session', 'sockets'],
  },
  {
    id: 'E18',
    threat: 'A client that never answers the close frame.',
    outcome: 'Cut after 3 s, under the reason that it was closed for.',
    at: ['session', 'sockets'],
  },
  {
    id: 'E19',
    threat: 'A reason for closing that is too long for a close frame.',
    outcome: 'Cut to 123 bytes, between characters.',
    at: ['session', 'sockets'],
  },
  {
    id: 'E20',
    threat: 'A code that must not be sent.',
    outcome:
      'Nobody can ask for one: the codes are those of the table of reasons, and an application brings only words.',
    at: ['session'],
  },
  {
    id: 'E21',
    threat: 'A client that closes with a code of its own.',
    outcome:
      'It has left. uWebSockets.js takes 1012 to 3999 for invalid, which is then `connectionLost`; our clients send none of those.',
    at: ['session', 'sockets'],
  },
  {
    id: 'E22',
    threat:
      'Text that forges lines in the log or writes to the operator’s terminal: in a name, an origin, a message.',
    outcome:
      'One line for an event; everything in it that is not plainly printable is written as its number, and a name or an origin is cut at 100 characters.',
    at: ['binaries'],
  },
  {
    id: 'E23',
    threat: 'A secret in a log, an error, an event or the inspector.',
    outcome:
      'Passwords and tokens are in private fields, never in the machine’s context, never in a line: no output of anything contains the canary that the tests sign in with.',
    at: ['session', 'authenticator', 'binaries', 'terminal'],
    unproven: 'a dump of the heap: while a password is verified it is in memory',
  },
  {
    id: 'E24',
    threat: 'The inspector is on.',
    outcome: 'Off unless asked for in code; no binary has it. No snapshot of a session holds credentials.',
    at: ['session'],
  },
  {
    id: 'E25',
    threat: 'A server or another user whose text writes to the client’s terminal or page.',
    outcome:
      'Shown, never obeyed: a terminal gets no control of theirs, and a page text and no markup. A pipe gets it as it is.',
    at: ['page', 'terminal'],
  },
  {
    id: 'E26',
    threat: 'Memory that each connection leaves a little of behind.',
    outcome:
      'After 100 000 connections, closed, reset and destroyed in turns, the heap is within 5 % of what it was at a third, and everything counted is back at 0.',
    at: ['session', 'sockets'],
  },
  {
    id: 'E27',
    threat: 'The process stands still for a while: suspended, or busy.',
    outcome:
      'Nobody is cut for a silence that was not listened to: time is counted in sweeps, not by the clock.',
    at: ['session', 'sockets'],
  },
  {
    id: 'E28',
    threat: 'One message to many, some of whom read slowly.',
    outcome: 'Each slow one is bounded and cut by itself; the others get everything.',
    at: ['session', 'sockets'],
  },
  {
    id: 'E29',
    threat: 'The log is not read any more, or its disk is full, and strangers fill it.',
    outcome:
      'Up to 1 MiB of lines waits; what does not fit, or cannot be written, is left out and counted. The log says how many lines are lost once it takes lines again. The server never waits for the log.',
    at: ['binaries'],
  },
];
