/** The contenders of the part `scale`: two servers of one kind over one Redis. A new one is a line here and a file in `servers/scale/`. */
import type { Contender } from './contenders.ts';
import type { DialectName } from './load/dialect.ts';

/** What the bench must know of the way of a contender through Redis. */
interface Traffic {
  /** The commands of servers to Redis that carry publications. Those within a script do not count. */
  readonly commands: readonly string[];
  /** In Redis's list of clients, the mark of a server that is ready for the publications of the other one. Undefined: it says so itself. */
  readonly readyMark?: RegExp;
}

export interface ScaleContender extends Contender {
  readonly traffic: Traffic;
}

const script: Traffic = { commands: ['evalsha'] };
const pubSub: Traffic = { commands: ['publish'], readyMark: /\bpsub=[1-9]/ };
const streams: Traffic = { commands: ['xadd', 'xread'], readyMark: /\bcmd=xread\b/ };

const OURS_WS = 'Sallyport over Redis on ws';
const OURS_UWS = 'Sallyport over Redis on uWS';

/** In the order of their visits within a round. Socket.IO is divided by ours, to tell how much more it needs. */
export const scaleContenders: readonly ScaleContender[] = [
  contender(OURS_WS, 'ours', 'ws', ['sallyport-ws.js'], 'channels', script, []),
  socketIo('Socket.IO, Redis streams, on ws', 'ws', 'streams', OURS_WS),
  socketIo('Socket.IO, Redis pub/sub, on ws', 'ws', 'pub-sub', OURS_WS),
  contender(OURS_UWS, 'ours', 'uWS', ['sallyport-uws.js'], 'channels', script, []),
  socketIo('Socket.IO, Redis streams, on uWS', 'uWS', 'streams', OURS_UWS),
  socketIo('Socket.IO, Redis pub/sub, on uWS', 'uWS', 'pub-sub', OURS_UWS),
];

function socketIo(
  name: string,
  library: 'ws' | 'uWS',
  adapter: 'streams' | 'pub-sub',
  against: string,
): ScaleContender {
  const file = `socketio-${library.toLowerCase()}.js`;
  const traffic = adapter === 'streams' ? streams : pubSub;
  return contender(name, 'peer', library, [file, '--adapter', adapter], 'rooms', traffic, [against]);
}

function contender(
  name: string,
  kind: Contender['kind'],
  library: Contender['library'],
  [file, ...given]: readonly string[],
  dialect: DialectName,
  traffic: Traffic,
  against: readonly string[],
): ScaleContender {
  return { name, kind, library, script: [`scale/${file}`, ...given], dialect, against, traffic };
}
