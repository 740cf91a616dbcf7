/** The text of `--help` after the options. Proven by: test/options.test.ts. */

export function helpText(name: string): string {
  return `
A flag overrides its environment variable, and both override the file. A key of the
file is the name of a flag: { "port": 6000, "maxConnections": 1000 }. A relative path
in the file starts at the folder of the file. SIGHUP reads the file again: a new
logLevel, allowOrigin and some limits take effect, and the log names what needs a
restart.

An empty variable counts as unset. The server refuses to start if that would let
more clients in: an empty SALLYPORT_CONFIG, SALLYPORT_USERS, SALLYPORT_APP or token
key without other authentication, and an empty SALLYPORT_TOKEN_ISSUER, _AUDIENCE or
_ALGORITHMS with a token key.

Authentication: --users accepts passwords, a token key accepts tokens; you can
use both. Without either, the only user is admin with the password 123456. That
password is public, so the server then listens only on loopback addresses. On
other addresses, passwords and tokens must travel encrypted: give --tls-cert and
--tls-key, or run a proxy that terminates TLS and name it with --trusted-proxy.
--insecure turns this check off.

Channels: --channels names a JSON file that says which users may do what:
  { "namespaces": { "room:*": { "subscribe": "*", "publish": ["ada"] } } }
"*" is every signed-in user, and an action that is absent is denied. SIGHUP reads
the file again. Without authentication and without an app, the demo user may do
everything in the channels demo:*, unless the file has rules for demo:*.

App: the module exports any of application (answers messages), requests (serves
requests), contract and message (what clients may send), channels, authenticate (decides
on credentials), context and credentials (what it reads of an upgrade request),
observe (handlers for events) and start (gets all sessions before the server
listens, and may return a function that ends what it began). TypeScript needs
Node 22.18 or later. SIGHUP does not load the module again.

Examples:
  ${name}
  ${name} --app ./app.js
  ${name} --port 6000 --log-level debug
  SALLYPORT_PORT=0 ${name} --allow-origin https://app.example.org
  htpasswd -cB users ada && ${name} --users users
  ${name} --users users --host unix:/run/sallyport.sock
  ${name} --users users --host 0.0.0.0 --tls-cert cert.pem --tls-key key.pem

Log lines go to standard output: as JSON, or in a readable form on a terminal.
If the reader stalls or the disk is full, lines are dropped and counted
(log.dropped). The service never waits for the log.

On a loopback address the server answers only to addresses, to localhost and to
the names of --allow-host. Requests for another name get status 421. This stops
web pages that let their own name point to this machine (DNS rebinding).

Ctrl-C (SIGINT) or SIGTERM drains the server: it answers the messages it has
accepted, closes the sessions with code 1012 so that clients reconnect, and
exits within 10 seconds. A second signal stops it at once.

The files of users, certificates, keys and secrets are watched: changes take
effect for new connections and sign-ins. SIGHUP reads all of them now. When the
server's terminal closes, SIGHUP drains instead.

Under systemd, Docker or another supervisor, run this binary itself, not npx or a
package script: they end at SIGTERM and leave the server running.
  systemd:  ExecStart=/usr/bin/env ${name} --users /etc/sallyport/users
            ExecReload=/bin/kill -HUP $MAINPID
  Docker:   CMD ["node_modules/.bin/${name}", "--users", "/etc/sallyport/users"]

Workers: --workers starts several processes on one port, and a parent that replaces
those that end and gives them one broker of channels. Limits are those of one worker.
SIGUSR2 to the parent replaces one worker after the other; on sallyport-ws that
refuses no client.

Exit codes: 0 drained, 1 a bug in the server, 2 cannot start with these options,
129, 130 or 143 stopped at once by a second signal.`;
}
