/** The text protocol's sentences, as its server says them: the client package takes them for what they mean. */
import { textProtocol } from '@sallyport/protocol';

const said = (answer: Parameters<typeof textProtocol.encode>[0]) => String(textProtocol.encode(answer));

export const CONGRATULATION = said({ type: 'accepted', identity: { user: '-', expiresInMs: Infinity } });
export const SORRY = said({ type: 'refused', attemptsLeft: 1 });
