/**
 * All settings of the server, in groups, as `--help` and the documents list them. The schema of the file, the flags, the variables
 * and the table of docs/operations/options.md come from here.
 *
 * Proven by: test/configuration/schema.test.ts.
 */
import {
  hostProblem,
  originProblem,
  PREFIX_FORM,
  prefixProblem,
  REDIS_FORM,
  redisProblem,
  tcpHostProblem,
} from './formats.ts';
import { choice, file, list, onOff, type Setting, text, wholeNumber, wholeNumberOr } from './setting.ts';

const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

const logFormats = ['json', 'pretty'] as const;
export type LogFormat = (typeof logFormats)[number];

/** Far more than the cores of a machine. A typing mistake must not start a million processes. */
const MOST_WORKERS = 256;

/** At most nine digits, so that no sum or product of limits exceeds the safe integers. */
const limit = (unit: string, description: string) => wholeNumber({ unit, description }, 1, 999_999_999);
/** A limit that SIGHUP changes: `changeLimits` of core takes it. */
const reloadedLimit = (unit: string, description: string) =>
  wholeNumber({ unit, description, isReloaded: true }, 1, 999_999_999);

const general = {
  host: text(
    {
      unit: 'address',
      description:
        'listen on this address or host name of this machine, on a Unix socket (unix:/run/sallyport.sock), or on a socket that systemd passes (fd:3; sallyport-ws only)',
      defaultText: '127.0.0.1',
      defaultValue: '127.0.0.1',
    },
    'It must be one address or name, without a port, such as 127.0.0.1.',
    hostProblem,
  ),
  port: wholeNumber(
    {
      unit: 'number',
      description: 'listen on this port; 0 picks a free port and logs it',
      defaultText: '5678',
      defaultValue: 5678,
    },
    0,
    65_535,
    ', such as 5678',
  ),
  app: file({ unit: 'file', description: 'run the app that this module exports; default: an echo' }),
  channels: file({
    unit: 'file',
    description:
      'open the channels of this file (JSON): which users may subscribe, recover, publish and see who is there; default: none; with the demo user and without an app, demo:*',
  }),
  redis: text(
    {
      unit: 'url',
      description:
        'share channels, revocations and --newest-sign-in-wins with other servers through this Redis, such as redis://user:password@host:6379/0, or rediss: with TLS; prefer SALLYPORT_REDIS or the file: other users of the machine see flags (default: in memory, for this server alone)',
    },
    REDIS_FORM,
    redisProblem,
  ),
  redisPrefix: text(
    {
      unit: 'text',
      description: 'the beginning of all keys in Redis; servers that share it have the same one',
      defaultText: 'sallyport',
      defaultValue: 'sallyport',
    },
    PREFIX_FORM,
    prefixProblem,
  ),
  workers: wholeNumberOr(
    'auto',
    {
      unit: 'number',
      description:
        'serve with this many processes on one port, or with one for each core (auto); a parent starts them, replaces them and gives them one broker of channels (default: one process without a parent)',
    },
    1,
    MOST_WORKERS,
  ),
  logLevel: choice(
    {
      unit: 'level',
      description: `log this level and the more severe ones (choices: ${logLevels.join(', ')})`,
      defaultText: 'info',
      defaultValue: 'info',
      isReloaded: true,
    },
    logLevels,
  ),
  logFormat: choice(
    {
      unit: 'format',
      description: `write log lines as JSON, or readable for people (choices: ${logFormats.join(', ')}; default: pretty at a terminal, else json)`,
    },
    logFormats,
  ),
  allowOrigin: list(
    {
      unit: 'origin',
      description:
        'accept web pages of this origin, such as https://app.example.org; repeat it or separate values by commas',
      defaultText: "only pages from this server's own host",
      defaultValue: [],
      isReloaded: true,
    },
    'It must be an origin exactly as browsers send it, such as https://app.example.org.',
    originProblem,
  ),
};

const authentication = {
  users: file({
    unit: 'file',
    description: 'accept the users in this file; one name:hash per line, as htpasswd -B writes it',
  }),
  tokenSecretFile: file({
    unit: 'file',
    description: 'accept tokens (JWT) signed with the secret in this file',
  }),
  tokenPublicKey: file({
    unit: 'file',
    description: 'accept tokens signed with the private key that belongs to this public key (PEM file)',
  }),
  tokenJwksUrl: text({
    unit: 'url',
    description: 'accept tokens signed with a key published at this URL (JWKS)',
  }),
  tokenIssuer: text({ unit: 'name', description: 'accept only tokens from this issuer (iss)' }),
  tokenAudience: list({
    unit: 'names',
    description: 'accept only tokens for one of these audiences (aud); separate them by commas',
  }),
  tokenAlgorithms: list({
    unit: 'names',
    description: 'accept only tokens signed with one of these algorithms, such as RS256,ES256',
  }),
  newestSignInWins: onOff('when a user signs in again, end the older session of that user'),
};

const network = {
  tlsCert: file({
    unit: 'file',
    description: 'serve wss: with this certificate (PEM), followed by its intermediate certificates',
  }),
  tlsKey: file({ unit: 'file', description: 'the private key of the certificate (PEM)' }),
  trustedProxy: list({
    unit: 'address',
    description:
      'read the client address from X-Forwarded-For if the connection comes from this proxy: an address, a network such as 10.0.0.0/8, or unix: for every connection over a Unix socket (--host unix:PATH); repeat it or separate values by commas',
  }),
  allowHost: list({
    unit: 'name',
    description:
      'answer requests for this host name, such as app.example.org, or .example.org with all its subdomains; repeat it or separate values by commas (default: any name; on a loopback address without TLS and without a trusted proxy: only addresses, localhost and *.localhost)',
  }),
  insecure: onOff('let other machines send passwords and tokens unencrypted'),
};

const admin = {
  adminPort: wholeNumber(
    {
      unit: 'number',
      description:
        'open the admin listener on this port: the live view (a page at /), health, metrics, sessions, channels; 0 picks a free port and logs it (default: none)',
    },
    0,
    65_535,
    ', such as 5679',
  ),
  adminHost: text(
    {
      unit: 'address',
      description: 'the address of the admin listener; any but a loopback address needs --admin-token-file',
      defaultText: '127.0.0.1',
      defaultValue: '127.0.0.1',
    },
    'It must be one address or name, without a port, such as 127.0.0.1.',
    tcpHostProblem,
  ),
  adminTokenFile: file({
    unit: 'file',
    description: 'require the bearer token in this file, which only its owner may read (chmod 600)',
  }),
  inspectPayloads: onOff(
    'show the payloads of messages in the live view; only on a loopback address, and never credentials',
  ),
};

const recording = {
  record: file({
    unit: 'file',
    description:
      'record the sessions to this file, without credentials and payloads, for `sallyport replay`; what it had before becomes FILE.1',
  }),
  recordUser: text({
    unit: 'name',
    description: 'record only sessions that sign in as this user, or that try to with a password',
  }),
  recordBytes: wholeNumber(
    {
      unit: 'bytes',
      description: 'begin a new file after this many bytes (default 16777216); the full one becomes FILE.1',
    },
    65_536,
    999_999_999,
  ),
  recordFiles: wholeNumber(
    { unit: 'number', description: 'keep this many files, with the current one (default 5)' },
    1,
    1_000,
  ),
};

const limits = {
  maxConnections: limit(
    'number',
    'connections allowed at once, then 503 (default: four fifths of the files that the process may open)',
  ),
  maxUnauthenticated: reloadedLimit(
    'number',
    'sessions that may be unauthenticated at once (default 1000); from half of it, new ones are refused at random with 503',
  ),
  maxPerSource: reloadedLimit(
    'number',
    'unauthenticated sessions per client address or IPv6 /64 network (default 100), then 429; loopback addresses have no limit',
  ),
  signInTime: reloadedLimit(
    'seconds',
    'time a client has to sign in, then 4408 (default 60; 10 in the JSON protocol)',
  ),
  attempts: limit(
    'number',
    'failed sign-ins allowed per session (default 5); the last one closes it with 4401',
  ),
  credentialSize: limit(
    'bytes',
    'largest credentials accepted, then 1009 (default 4096); tokens with many claims need more',
  ),
  messageSize: limit('bytes', 'largest message accepted after sign-in, then 1009 (default 65536)'),
  messageRate: reloadedLimit(
    'number',
    'messages per second allowed per session, on average, then 4429 (default: no limit)',
  ),
  messageBurst: reloadedLimit(
    'number',
    'with --message-rate: messages allowed at once after a pause (default 100)',
  ),
  idleTime: reloadedLimit(
    'seconds',
    'end a signed-in session that sends no message for this long, with 4410 (default: never)',
  ),
};

const keys = { ...general, ...authentication, ...network, ...admin, ...recording, ...limits };
export type Key = keyof typeof keys;

/** Every setting by its key, in the order of the groups. */
export const settings: Readonly<Record<Key, Setting>> = keys;

/** The groups of `--help`. The first has no title. */
export const groups: readonly { readonly title: string; readonly keys: readonly Key[] }[] = [
  { title: '', keys: Object.keys(general) as Key[] },
  { title: 'Authentication:', keys: Object.keys(authentication) as Key[] },
  { title: 'Network:', keys: Object.keys(network) as Key[] },
  { title: 'Administration:', keys: Object.keys(admin) as Key[] },
  { title: 'Recording:', keys: Object.keys(recording) as Key[] },
  { title: 'Limits (whole numbers; 0 is not allowed):', keys: Object.keys(limits) as Key[] },
];

/** The flag of a setting: `--max-connections` of `maxConnections`. */
export function flagOf(key: string): string {
  return `--${key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** The variable of a setting: `SALLYPORT_MAX_CONNECTIONS` of `maxConnections`. */
export function variableOf(key: string): string {
  return `SALLYPORT_${flagOf(key).slice(2).replaceAll('-', '_').toUpperCase()}`;
}

/** The flag and what stands for its value: `--port <number>`. */
export function usageOf(key: Key): string {
  const { unit } = settings[key];
  return unit === undefined ? flagOf(key) : `${flagOf(key)} <${unit}>`;
}
