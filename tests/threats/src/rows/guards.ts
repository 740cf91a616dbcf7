/** Guessing, flooding, and other attacks from outside. */
import type { Row } from '../row.ts';

export const guardRows: readonly Row[] = [
  {
    id: 'A34',
    threat: 'Guesses at one account from many addresses.',
    outcome:
      'After each failure the account is not looked at for 1 s, then twice as long each time, at most 10 s: 8 640 guesses a day. Attempts in between are postponed. Of guesses that come at once, four are looked at; the others wait for their result.',
    at: ['authenticator', 'binaries'],
  },
  {
    id: 'A35',
    threat: 'Failing on purpose, to lock another user out.',
    outcome:
      'A device or an address that has signed in before gets in at once: only its own failures count. For others one attempt in 10 s is looked at, at random: the owner, with `o` attempts a second against `A`, gets in after 10 s × (A + o) / o on average.',
    at: ['authenticator', 'binaries'],
  },
  {
    id: 'A36',
    threat: 'Guesses at many accounts from one address.',
    outcome:
      'The address waits as an account does, but up to 60 s, and the number of its unauthenticated connections is limited.',
    at: ['session', 'authenticator', 'sockets', 'binaries'],
  },
  {
    id: 'A37',
    threat: 'One peer with many addresses: IPv6, or IPv4 written as IPv6.',
    outcome:
      'An IPv6 network (/64) is one source, and an IPv4 address is the same source in both notations, on both transports.',
    at: ['authenticator', 'sockets'],
  },
  {
    id: 'A38',
    threat: 'So many sources that remembering their failures fills the memory.',
    outcome: 'At most 65 536 are remembered. The oldest are forgotten, and the server reports it.',
    at: ['authenticator'],
  },
  {
    id: 'A39',
    threat: 'A forged `X-Forwarded-For`.',
    outcome:
      'The header counts only from listed proxies, and from the right; else the peer’s own address counts.',
    at: ['session', 'sockets'],
  },
  {
    id: 'A40',
    threat: 'A page of another site that connects from its visitor’s browser.',
    outcome:
      '403 before there is a connection, unless the origin is the server’s own host or listed, by scheme, host and port.',
    at: ['session', 'sockets', 'page'],
  },
  {
    id: 'A41',
    threat: 'Endless connections that never sign in.',
    outcome:
      'Their number is limited, in all and per source (503, 429). Signed-in sessions notice nothing, and new clients get in after the others’ deadlines.',
    at: ['session', 'sockets'],
  },
  {
    id: 'A42',
    threat: 'So many sign-ins at once that hashing takes all CPU.',
    outcome:
      'As many hashes at once as there are cores, 32 in a queue, the rest 1013 at once. 16 more places are for devices and addresses that have signed in before, and these go first. Signed-in sessions go on.',
    at: ['authenticator', 'binaries'],
  },
  {
    id: 'A43',
    threat: 'Credentials that are read on an unencrypted way.',
    outcome:
      'Off loopback no server starts without TLS or a trusted proxy, except with `--insecure`, which is logged as a warning. The demo user exists on loopback only.',
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
      'Ended with 4419 when the token expires, and with 4403 at once when the user is revoked, also during a sign-in. A token that has already expired opens no session and replaces none.',
    at: ['session', 'authenticator', 'sockets'],
  },
  {
    id: 'A46',
    threat: 'Plain requests with large bodies that come slowly, to fill memory.',
    outcome:
      'The servers accept no bodies: 413 before the body arrives. An adapter that accepts bodies limits their bytes, and waits for 15 s at most.',
    at: ['binaries'],
  },
  {
    id: 'A47',
    threat: 'A user who may sign in, and opens so many sessions that no other user gets in.',
    outcome:
      'Not prevented: only the sum of sessions is limited, and past it every client gets 503. With the option that the newest sign-in wins, a user has one session (A30), and a known user can be revoked (A45).',
    at: [],
    unproven: 'there is no limit per user, so there is nothing to prove',
  },
  {
    id: 'A48',
    threat:
      'A web page that lets its own name point to this machine (DNS rebinding), and so has the same host.',
    outcome:
      'A server that only this machine reaches answers to addresses, to `localhost` and to the names that `--allow-host` lists. A request for another host gets 421, for the page too.',
    at: ['session', 'sockets', 'binaries'],
  },
  {
    id: 'A49',
    threat:
      'An upgrade request that the libraries or a proxy read differently: a header on more than one line, a body, a malformed list.',
    outcome:
      'Every line of a header counts, on both transports. A second `Host`, `Origin`, key or version is refused, and so is a body (400, 403, 426).',
    at: ['session', 'sockets'],
  },
  {
    id: 'A50',
    threat: 'Hundreds of plain requests in one write, without waiting for an answer.',
    outcome:
      'A second request before the last byte of the first answer cuts the connection; so does an upgrade request. Nothing after the first is answered. Signed-in sessions go on, and the server takes less than 16 MiB.',
    at: ['sockets', 'binaries'],
  },
  {
    id: 'A51',
    threat: 'A plain answer that its client does not read.',
    outcome:
      'The server sends no more of it than the client takes, so at most 64 KiB wait for each connection. After 10 s without progress the connection is cut.',
    at: ['sockets', 'binaries'],
  },
  {
    id: 'A52',
    threat: 'Endless plain requests, each after the answer to the one before.',
    outcome:
      'A source has 200 a second and 100 at once by default; refused upgrade requests count too. Past that it gets 429 with `Retry-After`, and the connection closes. Past a tenth of that rate in refusals, connections are cut unread.',
    at: ['sockets', 'binaries'],
  },
  {
    id: 'A53',
    threat: 'A page of another site that connects with the cookie of its visitor.',
    outcome:
      '403 by the Origin check, and the authenticator is not asked. With a cookie the server refuses to start if `origins` lists `null`, or with TLS an `http:` origin; with TLS no page without TLS may connect, also of its own host. `Authorization: Basic`, which browsers send by themselves too, is refused from such pages.',
    at: ['session', 'sockets'],
  },
  {
    id: 'A54',
    threat:
      'Forged credentials in an upgrade request: two Authorization headers, two tokens, odd base64, too many bytes.',
    outcome: '400 with a constant text, and the authenticator is not asked.',
    at: ['session', 'sockets'],
  },
  {
    id: 'A55',
    threat: 'Secrets of an upgrade request in a log.',
    outcome:
      'Credentials do not show when they are printed. Observers get no query, no cookie and no token of a subprotocol, so the binaries log none.',
    at: ['session'],
  },
  {
    id: 'A56',
    threat: 'A token among the subprotocols that the answer or an observer gives back.',
    outcome: 'The answer names `sallyport.v1` only, and observers get the prefix without the token.',
    at: ['session', 'sockets'],
  },
  {
    id: 'A57',
    threat: 'A schema of a contract whose texts quote a secret.',
    outcome:
      'The texts go back to the client that sent the value. An error about a value of the server names its place only, so no log has it.',
    at: ['session'],
  },
];
