/** What may come before credentials, and in their place. */
import type { Row } from '../row.ts';

export const credentialRows: readonly Row[] = [
  {
    id: 'A1',
    threat: 'Somebody connects and then says nothing.',
    outcome:
      'Closed with 4408 when the deadline is over: after 60 s in the text protocol, 10 s in JSON. Until then it costs a few KiB.',
    at: ['session', 'sockets'],
  },
  {
    id: 'A2',
    threat: 'A TCP connection on which no request comes, or one that is never finished.',
    outcome: 'Cut by the HTTP server itself; there is no session yet.',
    at: ['sockets'],
  },
  {
    id: 'A3',
    threat: 'The credentials come a byte at a time, for ever.',
    outcome:
      'The deadline counts from the opening, and no byte moves it: 4408. The session sees whole messages only.',
    at: ['sockets'],
  },
  {
    id: 'A4',
    threat: 'Pings and pongs, and never a message.',
    outcome: 'Signs of life, but no sign-in: 4408 at the same moment.',
    at: ['session', 'sockets'],
  },
  {
    id: 'A5',
    threat: 'A first message that is larger than credentials may be, yet small enough for the library.',
    outcome: '1009 in a close frame, on both transports. The authenticator is not asked.',
    at: ['session', 'sockets'],
  },
  {
    id: 'A6',
    threat: 'A first message past the library’s own limit, or a header that claims 1 GiB.',
    outcome:
      'Nothing of it is kept. On `ws` a close frame with 1009, on uWebSockets.js a cut; for the server `messageTooBig`, 1009, on both.',
    at: ['session', 'sockets'],
  },
  {
    id: 'A7',
    threat: 'Binary credentials.',
    outcome: '1003. The authenticator is not asked.',
    at: ['session', 'sockets'],
  },
  {
    id: 'A8',
    threat: 'Text that is not UTF-8, in one frame or across fragments.',
    outcome:
      'On `ws` a close frame with 1007, on uWebSockets.js a cut; for the server `protocolError`, 1007, once, on both.',
    at: ['session', 'sockets'],
  },
  {
    id: 'A9',
    threat: 'An empty message for credentials, or white space.',
    outcome: 'A refusal like any other, and one attempt less.',
    at: ['session', 'sockets'],
  },
  {
    id: 'A10',
    threat: 'Text without a colon that is no token either.',
    outcome:
      'The words of a wrong password, and one attempt less. It is refused at once, without the 300 ms of a wrong password: that tells the sender of the form of what he sent, which he knows, and of no user.',
    at: ['session', 'authenticator', 'sockets'],
  },
  {
    id: 'A11',
    threat: 'A password with colons in it.',
    outcome: 'Only the first colon separates: `a:b:c` is the user `a` with the password `b:c`.',
    at: ['session', 'sockets'],
  },
  {
    id: 'A12',
    threat: 'An empty name, or an empty password.',
    outcome: 'Refused like any other, at the price of one hash and no sooner than that.',
    at: ['authenticator', 'sockets'],
  },
  {
    id: 'A13',
    threat: 'NUL, line ends, escapes or bidirectional controls in a name or a password.',
    outcome:
      'A password counts as it came, to the byte. No name has control characters: such text is refused unasked. What a log shows of a name is on one line and printable.',
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
    outcome: 'Told apart by what was sent: nothing is folded, trimmed or normalised.',
    at: ['authenticator', 'sockets'],
  },
  {
    id: 'A16',
    threat: 'Combining marks without end, which cost seconds to normalise.',
    outcome: 'Never normalised; and bounded by the size of credentials before anybody looks.',
    at: ['session', 'sockets'],
  },
  {
    id: 'A17',
    threat: 'A password of a megabyte, to keep the hash busy.',
    outcome:
      'Past 4 KiB it is 1009 and asks nobody. A password over 1024 bytes or a name over 256 is refused like any other, and not itself hashed.',
    at: ['session', 'authenticator', 'sockets'],
  },
  {
    id: 'A18',
    threat: '`__proto__`, `constructor` or `toString` for a name.',
    outcome: 'Users that nobody has entered.',
    at: ['session', 'authenticator', 'sockets'],
  },
];
