/** npm's `faye-websocket`, as a client. */
import { fromNpm, tell } from './story.js';

const faye = fromNpm('faye-websocket');

await tell(({ url, subprotocols }, events) => {
  const socket = new faye.Client(url, subprotocols);
  socket.onopen = () => events.opened(socket.protocol);
  socket.onmessage = ({ data }) => (typeof data === 'string' ? events.text(data) : events.binary(data));
  socket.onclose = ({ code }) => events.closed(code);
  socket.onerror = ({ message }) => console.error(message);
  return {
    text: (text) => socket.send(text),
    binary: (bytes) => socket.send(bytes),
    // It tells that the pong came, and gives no data.
    ping: (data) => socket.ping(data, () => events.pong(data)),
    close: (code) => socket.close(code),
  };
});
