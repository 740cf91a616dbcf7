/**
 * The protocol that the kit's sessions speak: as plain as the text protocol, with words for everything that a session can
 * mean (a refresh, a request, a channel, a malformed message), and without a line break, so that a transport of lines can carry it.
 */
import {
  type Answer,
  type Data,
  type Decoded,
  isJsonMessage,
  type Protocol,
  passwordCredentials,
} from '@sallyport/protocol';

/** What a client says. */
export const words = {
  credentials: 'admin:123456',
  malformedCredentials: 'not credentials',
  unsupportedCredentials: '(unsupported)',
  refresh: '(refresh)',
  request: '(request)',
  operation: '(operation)',
  malformedRequest: '(malformed request)',
  cancel: '(cancel)',
  malformed: '(malformed)',
} as const;

const credentials = passwordCredentials('admin', '123456');

export const kitProtocol: Protocol = {
  name: 'kit',
  hasChannels: true,
  defaultLimits: { authenticationMs: 60_000, silenceMs: Number.POSITIVE_INFINITY },
  decode(data, phase): Decoded {
    if (data === words.malformed) return { type: 'message.malformed' };
    if (phase === 'established') return decodeEstablished(data);
    if (typeof data !== 'string' || data === words.unsupportedCredentials)
      return { type: 'credentials.unsupported' };
    return data.includes(':')
      ? { type: 'credentials.received', credentials }
      : { type: 'credentials.malformed' };
  },
  encode(answer: Answer): Data {
    switch (answer.type) {
      case 'accepted':
      case 'refreshed':
        return `${answer.type} ${answer.identity.user}`;
      case 'refused':
        return `refused, ${answer.attemptsLeft} left`;
      case 'postponed':
        return `postponed ${answer.retryInMs} ms`;
      case 'error':
        return `error ${answer.error}`;
      case 'message':
        return isJsonMessage(answer.message) ? JSON.stringify(answer.message.data) : answer.message;
      case 'messageFailed':
        return `message failed: ${answer.error.code}`;
      case 'response':
        return `response to ${answer.id}`;
      case 'requestFailed':
        return `request ${answer.id} failed: ${answer.error.code}`;
      case 'channelResult':
        return `${answer.result.type} ${answer.result.channel}`;
      case 'channelEvent':
        return `${answer.event.type} of ${answer.event.channel}`;
    }
  },
};

function decodeEstablished(data: Data): Decoded {
  switch (data) {
    case words.refresh:
      return { type: 'refresh.requested', credentials };
    case words.request:
      return { type: 'request.received', id: 7, method: 'room.history', params: { room: 'a' } };
    case words.operation:
      return { type: 'request.received', id: 7, operation: { type: 'subscribe', channel: 'room:42' } };
    case words.malformedRequest:
      return { type: 'request.malformed', id: 7 };
    case words.cancel:
      return { type: 'request.cancelled', id: 7 };
    default:
      return { type: 'message.received', message: data };
  }
}
