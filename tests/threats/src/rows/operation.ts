/** What happens to a server that runs: signals, the machine, its files, what is in front of it and behind it, and its operator. */
import type { Row } from '../row.ts';

export const operationRows: readonly Row[] = [
  {
    id: 'S1',
    threat: 'The server is told to stop (SIGTERM, SIGINT).',
    outcome:
      '`/readyz` is 503 and nothing listens any more. Accepted messages are answered, every session gets 1012, and the exit code is 0. Behind a proxy, clients come back to another server at their first attempt.',
    at: ['session', 'sockets', 'binaries'],
  },
  {
    id: 'S2',
    threat: 'The server is told to stop, and clients do not answer or do not read.',
    outcome:
      'They are cut within the time of the drain. The process ends after 10 s at most, even if something hangs.',
    at: ['session', 'binaries'],
  },
  {
    id: 'S3',
    threat: 'A second signal during the drain.',
    outcome: 'The server stops at once, with 128 plus the number of the signal as exit code.',
    at: ['binaries'],
  },
  {
    id: 'S4',
    threat: 'The process is killed (SIGKILL).',
    outcome:
      'Clients see 1006. The port and a Unix socket are free for the next start, without a pause, and clients that sign in again go on.',
    at: ['binaries'],
  },
  {
    id: 'S5',
    threat: 'All clients of a server connect again at once.',
    outcome:
      'Our clients wait a random time that doubles with each failure, up to 30 s. The limits on unauthenticated sessions hold against all other clients.',
    at: ['session'],
  },
  {
    id: 'S6',
    threat: 'The port is in use, also by a server on the other library.',
    outcome: 'One line that names the option, exit code 2, and nothing listens.',
    at: ['binaries'],
  },
  {
    id: 'S7',
    threat: 'An address, a host name or a socket path that cannot be used.',
    outcome: 'One line that names the option and its value, exit code 2.',
    at: ['binaries'],
  },
  {
    id: 'S8',
    threat: 'No more files can be opened.',
    outcome:
      'The server refuses clients with 503 before that. At the limit of the system it uses little CPU, signed-in clients go on, and it recovers.',
    at: ['session', 'sockets', 'binaries'],
  },
  {
    id: 'S9',
    threat: 'The memory of the machine or of the heap runs out.',
    outcome:
      'Every session, queue and history is bounded, and so is their number with `--max-connections`. Past that the process ends, and the supervisor starts it again.',
    at: [],
    unproven: 'the server does not watch its memory: docs/operations/sizing.md says how to choose the limits',
  },
  {
    id: 'S10',
    threat:
      'A configuration that is wrong: not a number, out of range, an unknown key, two names for one option.',
    outcome: 'All mistakes are named at once, with key and source. Exit code 2, and nothing listens.',
    at: ['binaries'],
  },
  {
    id: 'S11',
    threat: 'A TLS certificate or key that is missing, expired, of another key, or unreadable.',
    outcome:
      'One line that names the file and the cause, exit code 2. While the server runs, the old certificate stays.',
    at: ['binaries'],
  },
  {
    id: 'S12',
    threat: 'Plain HTTP to a port with TLS.',
    outcome: 'The connection is closed without an answer. The log has nothing of it above `debug`.',
    at: ['binaries'],
  },
  {
    id: 'S13',
    threat: 'A client of TLS that connects and says nothing.',
    outcome: 'On `ws` the connection is cut after 10 s.',
    at: ['binaries'],
    unproven:
      'on uWebSockets.js the library has no limit for the handshake; the limit of open files holds (S8), and a proxy in front has one',
  },
  {
    id: 'S14',
    threat: 'An exception that no code catches, or a rejection that no code handles.',
    outcome: 'It is logged once, the server drains, and the exit code is 1.',
    at: ['binaries'],
  },
  {
    id: 'S15',
    threat: 'The reader of the log is gone.',
    outcome: 'The server goes on without a log. A full disk or a slow reader: E29.',
    at: ['binaries'],
  },
  {
    id: 'S16',
    threat: 'The clock of the machine jumps.',
    outcome: 'No deadline moves: sessions use a clock that counts milliseconds.',
    at: ['session'],
  },
  {
    id: 'S17',
    threat: 'The binary of uWebSockets.js does not load on this platform or version of Node.',
    outcome:
      'One line with platform, version and the command that installs a fitting build. No other library takes its place.',
    at: ['binaries'],
  },
  {
    id: 'S18',
    threat: 'The broker is down at the start, is lost, is slow, or comes and goes.',
    outcome:
      'Sessions and messages go on. Publications are answered `unavailable` or `unknown`, never as made. Channels read what they missed once it is back.',
    at: ['session'],
  },
  {
    id: 'S19',
    threat: 'The broker loses reports, repeats them or changes their order.',
    outcome:
      'Each publication is delivered once and in order. A gap is read from the log, or the subscribers are told of the loss.',
    at: ['session'],
  },
  {
    id: 'S20',
    threat: 'Publications pile up while the broker does not answer.',
    outcome:
      'A session has at most 16 operations under way, so what waits is bounded. Nothing is sent again later by itself.',
    at: ['session'],
  },
  {
    id: 'S21',
    threat: 'A proxy cuts connections that are quiet.',
    outcome: 'A ping every 25 s keeps them, shorter than the usual 60 s.',
    at: ['sockets'],
  },
  {
    id: 'S22',
    threat: 'A server that runs for days without a restart.',
    outcome: 'After a simulated day of sweeps no client was cut, each had its pings, and there is one timer.',
    at: ['session'],
  },
  {
    id: 'S23',
    threat:
      'Requests to the admin listener without the token, with a wrong one, or from a web page of another site.',
    outcome:
      '401, 403 or 421. Without a token it answers only on loopback. Only health and readiness need none.',
    at: ['binaries'],
  },
  {
    id: 'S24',
    threat: 'An operator asks for huge pages, or closes a session that has just left.',
    outcome:
      'A page has at most 1 000 sessions. A session that has left is 404, and one that is closing stays closing.',
    at: ['binaries'],
  },
];
