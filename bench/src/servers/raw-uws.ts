/**
 * Control: a hand-written server on uWebSockets.js that echoes.
 *
 * With `--text-decoder` one shared decoder reads the texts. It is faster than `Buffer` for short ones and has the same result:
 * the library refuses malformed UTF-8 before, and `ignoreBOM` keeps a leading BOM.
 */
import { listenOnUws } from './listening.ts';
import { echoOf } from './tutorial-exchange.ts';
import { uwsByHand } from './uws-by-hand.ts';

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
const textOf: (data: ArrayBuffer) => string = process.argv.includes('--text-decoder')
  ? (data) => decoder.decode(data)
  : (data) => Buffer.from(data).toString();

listenOnUws(
  uwsByHand(
    textOf,
    (socket, data, isBinary) => void socket.send(isBinary ? data : echoOf(textOf(data)), isBinary),
  ),
);
