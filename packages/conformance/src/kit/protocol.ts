/**
 * The protocol that the kit's sessions speak: as plain as the text protocol, with words for everything that a session can
 * mean (a refresh, a malformed message), and without a line break, so that a transport of lines can carry it.
 */
import { type Answer, type Decoded, type Protocol, passwordCredentials } from '@sallyport/protocol';

/** What a client says. */
export const words = {
  credentials: 'admin:123456',
  malformedCredentials: 'not credentials',
  unsupportedCredentials: '(unsupported)',
  refresh: '(refresh)',
  malformed: '(malformed)',
} as const;

const credentials = passwordCredentials('admin', '123456');

export const kitProtocol: Protocol = {
  name: 'kit',
  defaultLimits: { authenticationMs: 60_000, silenceMs: Number.POSITIVE_INFINITY },
  decode(data, phase): Decoded {
    if (data === words.malformed) return { type: 'message.malformed' };
    if (phase === 'established')
      return data === words.refresh
        ? { type: 'refresh.requested', credentials }
        : { type: 'message.received', message: data };
    if (typeof data !== 'string' || data === words.unsupportedCredentials)
      return { type: 'credentials.unsupported' };
    return data.includes(':')
      ? { type: 'credentials.received', credentials }
      : { type: 'credentials.malformed' };
  },
  encode(answer: Answer) {
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
        return answer.message;
    }
  },
};
