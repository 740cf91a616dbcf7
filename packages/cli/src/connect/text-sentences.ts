/** The sentences of the text protocol's server. The client package turns them into events; this program prints them again. */
import { textProtocol } from '@sallyport/protocol';

const encoded = (answer: Parameters<typeof textProtocol.encode>[0]) => String(textProtocol.encode(answer));

/** The answer to right credentials. */
export const CONGRATULATION = encoded({ type: 'accepted', identity: { user: '-', expiresInMs: Infinity } });
/** The answer to wrong credentials. */
export const SORRY = encoded({ type: 'refused', attemptsLeft: 1 });
