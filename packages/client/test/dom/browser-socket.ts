/** `connect` accepts the WebSocket of browsers, with the types of the DOM. Compiled, and never run. */
import { connect, type Session, type SocketClass } from '@sallyport/client';

export const browsers: SocketClass = WebSocket;

export function inBrowser(url: string): Session {
  class Watched extends WebSocket {
    override send(data: string | BufferSource | Blob): void {
      super.send(data);
    }
  }
  return connect(url, { credentials: { token: 'abc' }, WebSocket: Watched });
}

/** A received message can be sent. */
export async function echo(session: Session): Promise<void> {
  for await (const message of session) session.send(message);
}
