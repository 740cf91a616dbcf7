/** Threats and faults after the sign-in. */
import type { Row } from '../row.ts';

export const conversationRows: readonly Row[] = [
  {
    id: 'E1',
    threat: 'A client that sends and never reads.',
    outcome:
      'Cut as `stalled` when 1 MiB is unsent, or when none of it has left for 10 s. Nothing is dropped before.',
    at: ['session', 'sockets'],
  },
  {
    id: 'E2',
    threat: 'Messages that come too fast.',
    outcome: 'Where a rate is set, 4429 for a client that exceeds it and its burst.',
    at: ['session', 'sockets'],
  },
  {
    id: 'E3',
    threat: 'A message of the largest size, and one byte more.',
    outcome:
      'The first is answered; the second is 1009, in a close frame on both transports, up to twice the largest size. Earlier messages are answered first. Past that uWebSockets.js cuts the connection.',
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
    threat: 'Endless fragments that are tiny or empty.',
    outcome:
      'On `ws` 1008 after 1024 of them. uWebSockets.js keeps only their bytes, and at most those of one message. They are not signs of life.',
    at: ['sockets'],
  },
  {
    id: 'E6',
    threat: 'Endless pings from a client that reads no pong.',
    outcome:
      '`ws` cuts the connection at 60 unsent pongs; uWebSockets.js drops pongs past its limit. The memory stays bounded on both.',
    at: ['sockets'],
  },
  {
    id: 'E7',
    threat: 'Frames that RFC 6455 forbids.',
    outcome:
      'The session ends once, and no other session is disturbed. `ws` sends 1002. uWebSockets.js cuts the connection, with the unsent answers of the same read, and overlooks some frames, whose session the deadline or the heartbeat then ends (docs/transports.md).',
    at: ['session', 'sockets'],
  },
  {
    id: 'E8',
    threat: 'A small message that decompresses to a huge one.',
    outcome: 'Compression is not negotiated.',
    at: ['sockets'],
  },
  {
    id: 'E9',
    threat: 'The other end disappears without a close frame: a pulled cable, a sleeping machine.',
    outcome:
      'The server pings every 25 s, and cuts the connection as `silent` after 35 s in JSON, 300 s in text.',
    at: ['session', 'sockets'],
    unproven:
      'a real cable, which takes a network namespace and root. The test uses a client that falls silent',
  },
  {
    id: 'E10',
    threat: 'A connected client that sends nothing for long.',
    outcome: 'It stays, by its pongs; unless the server has a limit for that: 4410.',
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
      '1011 for this session and no other. The error is reported with its session, and the client learns nothing of it.',
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
    threat: 'A message to a client whose connection has closed.',
    outcome: '`send` returns `closed`, and the message is counted. The transport is not called.',
    at: ['session', 'sockets'],
  },
  {
    id: 'E16',
    threat: 'A session is closed twice, or within its own opening.',
    outcome: 'It ends once.',
    at: ['session', 'sockets'],
  },
  {
    id: 'E17',
    threat: 'Messages after our close frame.',
    outcome: 'They are not read, on either transport; they are counted.',
    at: ['session', 'sockets'],
  },
  {
    id: 'E18',
    threat: 'A client that never answers the close frame.',
    outcome: 'Cut after 3 s. The reason stays the one that it was closed for.',
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
    threat: 'A close code that must not be sent.',
    outcome:
      'No caller can choose one: the codes come from the table of reasons, and an application gives only a text.',
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
      'One line for an event. Every character that is not plainly printable is written as its number, and a name or an origin is cut at 100 characters.',
    at: ['binaries'],
  },
  {
    id: 'E23',
    threat: 'A secret in a log, an error, an event or the inspector.',
    outcome:
      'Passwords and tokens are in private fields, never in the machine’s context, never in a line: no output contains the canary that the tests sign in with.',
    at: ['session', 'authenticator', 'binaries', 'terminal'],
    unproven: 'a dump of the heap: a password is in memory while it is verified',
  },
  {
    id: 'E24',
    threat: 'The inspector is on.',
    outcome:
      'It is off unless code turns it on; no binary has it. No snapshot of a session holds credentials.',
    at: ['session'],
  },
  {
    id: 'E25',
    threat: 'Text of a server or of another user that controls the client’s terminal or page.',
    outcome:
      'It is shown and not interpreted: a terminal gets no control characters of it, and a page shows text and no markup. A pipe gets it unchanged.',
    at: ['page', 'terminal'],
  },
  {
    id: 'E26',
    threat: 'Memory that each connection leaves behind.',
    outcome:
      'After 100 000 connections, closed, reset and destroyed in turns, the heap is within 5 % of its size at a third of them, and every counter is back at 0.',
    at: ['session', 'sockets'],
  },
  {
    id: 'E27',
    threat: 'The process stands still for a while: suspended, or busy.',
    outcome:
      'No client is cut for a silence in which the server did not listen: time is counted in sweeps, not by the clock.',
    at: ['session', 'sockets'],
  },
  {
    id: 'E28',
    threat: 'One message to many clients. Some of them read slowly.',
    outcome: 'Each slow client is bounded and cut by itself; the others get everything.',
    at: ['session', 'sockets'],
  },
  {
    id: 'E29',
    threat: 'The reader of the log stalls, or its disk is full, and strangers fill it.',
    outcome:
      'Up to 1 MiB of lines waits. Further lines are dropped and counted, and the log reports their number once it takes lines again. The server never waits for the log.',
    at: ['binaries'],
  },
  {
    id: 'E30',
    threat:
      'A JSON value that harms code which copies, merges or walks it: `__proto__`, deep nesting, a huge number.',
    outcome:
      'No application gets it. A request is answered `invalidRequest`, and a message is 4400. The largest depth is 100.',
    at: ['session', 'sockets'],
  },
  {
    id: 'E31',
    threat: 'A client that sends requests and cancels them at once, so that more and more work runs.',
    outcome: 'A cancelled request keeps its place, one of 16, until its handler has settled.',
    at: ['session'],
  },
  {
    id: 'E32',
    threat: 'A session ends while requests are under way.',
    outcome:
      'Their signals fire before the close frame, nothing is answered, and late results are ignored. A drain finishes them within its time.',
    at: ['session', 'sockets'],
  },
  {
    id: 'E33',
    threat: 'Requests whose handlers never settle.',
    outcome:
      'Each is answered `timedOut` after 30 s, and reported to the operator once, with its method. It keeps its place, one of 16 of its session, so a client cannot start more work. Other sessions notice nothing.',
    at: ['session', 'binaries'],
  },
  {
    id: 'E34',
    threat: 'A flood of requests, with huge parameters, or with huge results that the client never reads.',
    outcome:
      'A request past 64 KiB ends the session (1009), a result past 256 KiB is answered `resultTooBig`, and a client that does not read is cut as `stalled` when 1 MiB is unsent. The memory of the server rises by less than 32 MiB.',
    at: ['session', 'binaries'],
  },
];
