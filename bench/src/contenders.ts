/** The contenders. A new server is a line here and a file in `servers/` or `peers/`. */
import { engines } from './engines.ts';
import type { DialectName } from './load/dialect.ts';

export interface Contender {
  readonly name: string;
  /** `revision` is Sallyport as one of the two builds that `--compare` measures; no list here has it. */
  readonly kind: 'control' | 'ours' | 'engine' | 'peer' | 'revision';
  readonly library: 'ws' | 'uWS' | 'Python';
  /** A script, with its arguments. The path of the script is absolute, or relative to `servers/` or `peers/`. */
  readonly script: readonly string[];
  readonly dialect: DialectName;
  /** The names of the contenders that it is compared with, the fair one first. All are measured in the same round. */
  readonly against: readonly string[];
}

const PLAIN_WS = 'ws by hand';
const CORKED_WS = 'ws by hand, corked';
const JOINED_WS = 'ws by hand, joined frames';
const RAW_UWS = 'uWS by hand';
const DECODER_UWS = 'uWS by hand, with TextDecoder';

/** Engines that only the bench runs, to show what the default engine saves. */
const engineRows = (library: 'ws' | 'uWS', script: string, against: string): readonly Contender[] =>
  Object.keys(engines).map((engine) => ({
    name: `Sallyport on ${library}, ${engine}`,
    kind: 'engine',
    library,
    script: [script, '--engine', engine],
    dialect: 'text',
    against: [against],
  }));

/** In the order of their visits within a round: contenders that are compared follow each other. */
export const contenders: readonly Contender[] = [
  { name: PLAIN_WS, kind: 'control', library: 'ws', script: ['raw-ws.js'], dialect: 'text', against: [] },
  {
    name: CORKED_WS,
    kind: 'control',
    library: 'ws',
    script: ['raw-ws.js', '--cork'],
    dialect: 'text',
    against: [PLAIN_WS],
  },
  {
    name: JOINED_WS,
    kind: 'control',
    library: 'ws',
    script: ['raw-ws-joined.js'],
    dialect: 'text',
    against: [CORKED_WS, PLAIN_WS],
  },
  {
    name: 'Sallyport on ws',
    kind: 'ours',
    library: 'ws',
    script: ['sallyport-ws.js'],
    dialect: 'text',
    against: [JOINED_WS, CORKED_WS, PLAIN_WS],
  },
  { name: RAW_UWS, kind: 'control', library: 'uWS', script: ['raw-uws.js'], dialect: 'text', against: [] },
  {
    name: DECODER_UWS,
    kind: 'control',
    library: 'uWS',
    script: ['raw-uws.js', '--text-decoder'],
    dialect: 'text',
    against: [RAW_UWS],
  },
  {
    name: 'Sallyport on uWS',
    kind: 'ours',
    library: 'uWS',
    script: ['sallyport-uws.js'],
    dialect: 'text',
    against: [DECODER_UWS, RAW_UWS],
  },
  ...engineRows('ws', 'sallyport-ws.js', CORKED_WS),
  ...engineRows('uWS', 'sallyport-uws.js', RAW_UWS),
  peer('graphql-ws on ws', 'ws', 'graphql-ws.js', 'graphql', PLAIN_WS),
  peer('graphql-ws on uWS', 'uWS', 'graphql-uws.js', 'graphql', RAW_UWS),
  peer('crossws on Node', 'ws', 'crossws-node.js', 'text', PLAIN_WS),
  peer('crossws on uWS', 'uWS', 'crossws-uws.js', 'text', RAW_UWS),
  peer('Socket.IO on ws', 'ws', 'socketio-ws.js', 'socketio', PLAIN_WS),
  peer('Socket.IO on uWS', 'uWS', 'socketio-uws.js', 'socketio', RAW_UWS),
  peer('Python websockets', 'Python', 'websockets_server.py', 'text', PLAIN_WS),
];

function peer(
  name: string,
  library: Contender['library'],
  script: string,
  dialect: DialectName,
  against: string,
): Contender {
  return { name, kind: 'peer', library, script: [script], dialect, against: [against] };
}
