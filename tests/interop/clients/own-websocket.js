/** The `WebSocket` that a runtime brings: Node's since 22, Deno's and Bun's. It has no ping of its own to send. */
import { tell } from './story.js';

await tell(({ url, subprotocols }, events) => {
  const socket = new WebSocket(url, subprotocols);
  socket.binaryType = 'arraybuffer';
  socket.onopen = () => events.opened(socket.protocol);
  socket.onmessage = ({ data }) => (typeof data === 'string' ? events.text(data) : events.binary(data));
  socket.onclose = ({ code }) => events.closed(code);
  // Each error is followed by the closing, which has the code.
  socket.onerror = () => {};
  return {
    text: (text) => socket.send(text),
    binary: (bytes) => socket.send(bytes),
    close: (code) => socket.close(code),
  };
});
