/**
 * Maps an error of the library to a close code, so that the core names the same reason on every transport. The library reports
 * its own errors as 1006, with a text that names the error (uWebSockets, src/WebSocketProtocol.h).
 */

export function closeCodeOf(code: number, reason: string): number {
  if (code !== 1006) return code;
  if (reason.startsWith('Received too big message')) return 1009;
  if (reason === 'Received invalid UTF-8') return 1007;
  // 20.30 does not distinguish these two from a lost connection; later versions do.
  if (reason === 'Received invalid close payload' || reason === 'Received invalid WebSocket frame')
    return 1002;
  return 1006;
}
