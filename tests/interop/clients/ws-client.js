/** npm's `ws`, as a client. */
import { WebSocket } from 'ws';
import { tell } from './story.js';

await tell(({ url, subprotocols }, events) => {
  const socket = new WebSocket(url, subprotocols);
  socket.on('open', () => events.opened(socket.protocol));
  socket.on('message', (data, isBinary) => (isBinary ? events.binary(data) : events.text(data.toString())));
  socket.on('pong', events.pong);
  socket.on('close', events.closed);
  socket.on('error', (error) => console.error(error.message));
  return {
    text: (text) => socket.send(text),
    binary: (bytes) => socket.send(bytes),
    ping: (data) => socket.ping(data),
    close: (code) => socket.close(code),
  };
});
