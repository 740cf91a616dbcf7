/** Guessing, flooding, and what else is done to a gate from outside. */
import type { Row } from '../row.ts';

export const guardRows: readonly Row[] = [
  {
    id: 'A34',
    threat: 'One account guessed at from many addresses.',
    outcome:
      'After each failure the account is not looked at for 1 s, then twice as long each time, 10 s at most: 8 640 guesses a day. What comes meanwhile is postponed. Of guesses that come at once four are looked at; the others wait for what becomes of them.',
    at: ['authenticator', 'binaries'],
  },
  {
    id: 'A35',
    threat: 'Failing on purpose, to lock somebody else out.',
    outcome:
      'A device that has signed in before, or an address, gets in at once: only its own failures count. For strangers one attempt in 10 s is looked at, by lot: the owner, with `o` attempts a second against `A`, gets in after 10 s × (A + o) / o on average.',
    at: ['authenticator', 'binaries'],
  },
  {
    id: 'A36',
    threat: 'Many accounts guessed at from one address.',
    outcome:
      'The address waits as an account does, but up to 60 s, and a source has no more than so many unauthenticated connections at once.',
    at: ['session', 'authenticator', 'sockets', 'binaries'],
  },
  {
    id: 'A37',
    threat: 'One peer with many addresses: IPv6, or IPv4 written as IPv6.',
    outcome:
      'An IPv6 network (/64) is one source, and an IPv4 address is the same one however it is written, on both transports.',
    at: ['authenticator', 'sockets'],
  },
  {
    id: 'A38',
    threat: 'So many sources that remembering their failures fills the memory.',
    outcome: 'At most 65 536 are remembered; the oldest are forgotten, and that is told.',
    at: ['authenticator'],
  },
  {
    id: 'A39',
    threat: 'A forged `X-Forwarded-For`.',
    outcome: 'Read only from proxies that are listed, from the right; else the peer’s own address counts.',
    at: ['session', 'sockets'],
  },
  {
    id: 'A40',
    threat: 'A page of another site that connects with its visitor’s browser.',
    outcome:
      '403 before there is a connection, unless the origin is the server’s own host or listed, by scheme, host and port.',
    at: ['session', 'sockets', 'page'],
  },
  {
    id: 'A41',
    threat: 'Connections without end that never sign in.',
    outcome:
      'At most so many, in all and per source, are let in at once (503, 429); whoever is signed in notices nothing, and who comes after their deadline gets in.',
    at: ['session', 'sockets'],
  },
  {
    id: 'A42',
    threat: 'So many sign-ins at once that hashing them takes all there is.',
    outcome:
      'As many at once as there are cores, 32 in a queue, the rest 1013 at once. 16 places more are for devices and addresses that have signed in before, and these go first. Who is signed in goes on talking.',
    at: ['authenticator', 'binaries'],
  },
  {
    id: 'A43',
    threat: 'Credentials read on the way, where nothing encrypts them.',
    outcome:
      'Off loopback no server starts without TLS or the names of the proxies that bring it, unless told `--insecure`, which is logged as a warning. The demo user is for loopback alone.',
    at: ['binaries'],
  },
  {
    id: 'A44',
    threat: 'The wall clock is set forward or back.',
    outcome:
      'Only the `exp` and `nbf` of a token know it, with a minute of leeway for `nbf`; a token less than a minute past `exp` is told that it has expired. No deadline moves.',
    at: ['authenticator', 'sockets'],
  },
  {
    id: 'A45',
    threat: 'A session outlives its token, or its user is revoked.',
    outcome:
      'Ended with 4419 when the token expires, with 4403 at once when the user is revoked; also in the midst of a sign-in. A token that has already expired opens no session and replaces none.',
    at: ['session', 'authenticator', 'sockets'],
  },
  {
    id: 'A46',
    threat: 'Plain requests with large bodies that come slowly, to be held in memory.',
    outcome:
      'The servers take none: 413 before it is there. Where an adapter is told to take bodies, up to so many bytes, for 15 s at most.',
    at: ['binaries'],
  },
  {
    id: 'A47',
    threat: 'Somebody who may sign in, and opens so many sessions that nobody else gets in.',
    outcome:
      'Not guarded: of those who have signed in only the sum is limited, and past it everybody is told 503. Where the newest sign-in wins, a user has one session (A30), and a known user can be revoked (A45).',
    at: [],
    unproven: 'there is no limit per user, hence nothing to show',
  },
  {
    id: 'A48',
    threat:
      'A web page that lets its own name point to this machine (DNS rebinding), and so is of the same host.',
    outcome:
      'While only this machine reaches the server, it answers to addresses, to `localhost` and to the names that `--allow-host` lists; a request for another host is answered with 421, the page too.',
    at: ['session', 'sockets', 'binaries'],
  },
  {
    id: 'A49',
    threat:
      'An upgrade request that one library reads in another way than the other, or than a proxy: a header on more than one line, a body, a list that is none.',
    outcome:
      'Every line of a header counts, on both transports. A second `Host`, `Origin`, key or version is refused, and so is a body (400, 403, 426).',
    at: ['session', 'sockets'],
  },
  {
    id: 'A50',
    threat: 'Plain requests in one write, hundreds of them, without waiting for an answer.',
    outcome:
      'A second request before the first is answered to its last byte gets the connection cut, an upgrade request too. Nothing behind the first is answered. Whoever has signed in goes on talking, and the server takes less than 16 MiB.',
    at: ['sockets', 'binaries'],
  },
  {
    id: 'A51',
    threat: 'A plain answer that its client does not read.',
    outcome:
      'No more of it is handed over than the client takes, so at most 64 KiB wait for each connection. After 10 s without progress the connection is cut.',
    at: ['sockets', 'binaries'],
  },
  {
    id: 'A52',
    threat: 'Plain requests without end, each in its turn.',
    outcome:
      'A source has 200 a second and 100 at once by default; past that 429 with `Retry-After` and the end of the connection, and past a tenth of that rate in refusals the connection is cut unread.',
    at: ['sockets', 'binaries'],
  },
];
