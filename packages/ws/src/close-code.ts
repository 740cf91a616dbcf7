/**
 * Maps an error of ws to a close code, so that the core names the same reason on every transport. The error does not carry the
 * code that ws closes with, so this follows ws's table of error codes (doc/ws.md).
 */

export function closeCodeOf(error: Error & { code?: string }): number {
  switch (error.code) {
    case 'WS_ERR_UNSUPPORTED_DATA_PAYLOAD_LENGTH':
    case 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH':
      return 1009;
    case 'WS_ERR_INVALID_UTF8':
      return 1007;
    case 'WS_ERR_TOO_MANY_BUFFERED_PARTS':
      return 1008;
    default:
      return error.code?.startsWith('WS_ERR_') ? 1002 : 1006;
  }
}
