/** Threats and faults before credentials and in their place. */
import type { Row } from '../row.ts';

export const credentialRows: readonly Row[] = [
  {
    id: 'A1',
    threat: 'A client that connects and sends nothing.',
    outcome:
      'Closed with 4408 at the deadline: after 60 s in the text protocol, 10 s in JSON. Until then it costs a few KiB.',
    at: ['session', 'sockets'],
  },
  {
    id: 'A2',
    threat: 'A TCP connection without a request, or with one that never ends.',
    outcome: 'The HTTP server cuts it; there is no session yet.',
    at: ['sockets'],
  },
  {
    id: 'A3',
    threat: 'Credentials that arrive one byte at a time, for ever.',
    outcome:
      'The deadline counts from the opening, and no byte moves it: 4408. The session sees whole messages only.',
    at: ['sockets'],
  },
  {
    id: 'A4',
    threat: 'Pings and pongs, and never a message.',
    outcome: 'They are signs of life, but no sign-in: 4408 at the same moment.',
    at: ['session', 'sockets'],
  },
  {
    id: 'A5',
    threat: 'A first message that is too large for credentials and small enough for the library.',
    outcome: '1009 in a close frame, on both transports. The authenticator is not called.',
    at: ['session', 'sockets'],
  },
  {
    id: 'A6',
    threat: 'A first message past the library’s own limit, or a header that claims 1 GiB.',
    outcome:
      'Nothing of it is kept. `ws` sends a close frame with 1009, uWebSockets.js cuts the connection; the server reports `messageTooBig`, 1009, on both.',
    at: ['session', 'sockets'],
  },
  {
    id: 'A7',
    threat: 'Binary credentials.',
    outcome: '1003. The authenticator is not called.',
    at: ['session', 'sockets'],
  },
  {
    id: 'A8',
    threat: 'Text that is not UTF-8, in one frame or across fragments.',
    outcome:
      '`ws` sends a close frame with 1007, uWebSockets.js cuts the connection; the server reports `protocolError`, 1007, once, on both.',
    at: ['session', 'sockets'],
  },
  {
    id: 'A9',
    threat: 'An empty message for credentials, or white space.',
    outcome: 'A refusal like any other. It uses up one attempt.',
    at: ['session', 'sockets'],
  },
  {
    id: 'A10',
    threat: 'Text without a colon that is not a token either.',
    outcome:
      'The words of a wrong password; it uses up one attempt. The refusal comes at once, without the 300 ms of a wrong password: that reveals the form of the text, which the sender knows, and no user.',
    at: ['session', 'authenticator', 'sockets'],
  },
  {
    id: 'A11',
    threat: 'A password that contains colons.',
    outcome: 'Only the first colon separates: `a:b:c` is the user `a` with the password `b:c`.',
    at: ['session', 'sockets'],
  },
  {
    id: 'A12',
    threat: 'An empty name, or an empty password.',
    outcome: 'Refused like any other, after one hash and no sooner.',
    at: ['authenticator', 'sockets'],
  },
  {
    id: 'A13',
    threat: 'NUL, line ends, escapes or bidirectional controls in a name or a password.',
    outcome:
      'A password counts byte for byte. A name cannot have control characters: the authenticator is not called for such text. A log shows a name printable and on one line.',
    at: ['session', 'authenticator', 'sockets', 'binaries'],
  },
  {
    id: 'A14',
    threat: 'A byte order mark before the name.',
    outcome: 'It belongs to the name, on both transports; so this is another user, and unknown.',
    at: ['session', 'authenticator', 'sockets'],
  },
  {
    id: 'A15',
    threat: 'A name or password that looks like another: é in two forms, K for K, İ.',
    outcome: 'They differ, because their bytes differ: nothing is folded, trimmed or normalised.',
    at: ['authenticator', 'sockets'],
  },
  {
    id: 'A16',
    threat: 'Endless combining marks, which would take seconds to normalise.',
    outcome: 'Text is never normalised, and the size of credentials bounds it first.',
    at: ['session', 'sockets'],
  },
  {
    id: 'A17',
    threat: 'A password of a megabyte, to keep the hash busy.',
    outcome:
      'Past 4 KiB it is 1009, and the authenticator is not called. A password over 1024 bytes or a name over 256 is refused like any other, without hashing the text itself.',
    at: ['session', 'authenticator', 'sockets'],
  },
  {
    id: 'A18',
    threat: '`__proto__`, `constructor` or `toString` for a name.',
    outcome: 'Unknown users.',
    at: ['session', 'authenticator', 'sockets'],
  },
];
