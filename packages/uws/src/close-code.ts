/**
 * Which close code an error of the library stands for, so that the core names one reason on every transport: it reports
 * its own errors as 1006, and says in words which it was (uWebSockets, src/WebSocketProtocol.h).
 */

export function closeCodeOf(code: number, reason: string): number {
  if (code !== 1006) return code;
  if (reason.startsWith('Received too big message')) return 1009;
  if (reason === 'Received invalid UTF-8') return 1007;
  // Only later versions than 20.30 tell these two from a lost connection.
  if (reason === 'Received invalid close payload' || reason === 'Received invalid WebSocket frame')
    return 1002;
  return 1006;
}
