/** The contenders of the part `fanout`. A new server is a line here and a file in `servers/fan-out/`. */
import type { Contender } from './contenders.ts';
import type { DialectName } from './load/dialect.ts';

const RAW_WS = 'ws by hand, one frame for all';
const RAW_UWS = 'uWS by hand, native publish';
const OURS_WS = 'Sallyport channels on ws';
const OURS_UWS = 'Sallyport channels on uWS';

/** In the order of their visits within a round. The other libraries are divided by ours, to tell how much more they need. */
export const fanOutContenders: readonly Contender[] = [
  contender(RAW_WS, 'control', 'ws', 'raw-ws', 'topics', []),
  contender(OURS_WS, 'ours', 'ws', 'sallyport-ws', 'channels', [RAW_WS]),
  contender('Socket.IO rooms on ws', 'peer', 'ws', 'socketio-ws', 'rooms', [OURS_WS, RAW_WS]),
  contender('crossws topics on Node', 'peer', 'ws', 'crossws-node', 'topics', [OURS_WS, RAW_WS]),
  contender(RAW_UWS, 'control', 'uWS', 'raw-uws', 'topics', []),
  contender(OURS_UWS, 'ours', 'uWS', 'sallyport-uws', 'channels', [RAW_UWS]),
  contender('Socket.IO rooms on uWS', 'peer', 'uWS', 'socketio-uws', 'rooms', [OURS_UWS, RAW_UWS]),
  contender('crossws topics on uWS', 'peer', 'uWS', 'crossws-uws', 'topics', [OURS_UWS, RAW_UWS]),
];

function contender(
  name: string,
  kind: Contender['kind'],
  library: Contender['library'],
  server: string,
  dialect: DialectName,
  against: readonly string[],
): Contender {
  return { name, kind, library, script: [`fan-out/${server}.js`], dialect, against };
}
