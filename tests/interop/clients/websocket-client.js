/** npm's `websocket`, as a client. */
import { fromNpm, tell } from './story.js';

const websocket = fromNpm('websocket');

await tell(({ url, subprotocols }, events) => {
  const client = new websocket.client();
  let socket;
  client.on('connect', (connection) => {
    socket = connection;
    socket.on('message', ({ type, utf8Data, binaryData }) =>
      type === 'utf8' ? events.text(utf8Data) : events.binary(binaryData),
    );
    socket.on('pong', events.pong);
    socket.on('close', events.closed);
    socket.on('error', (error) => console.error(error.message));
    events.opened(socket.protocol);
  });
  client.on('connectFailed', (error) => {
    console.error(error.message);
    events.closed(1006);
  });
  client.connect(url, subprotocols);
  return {
    text: (text) => socket.sendUTF(text),
    binary: (bytes) => socket.sendBytes(bytes),
    ping: (data) => socket.ping(data),
    close: (code) => socket.close(code),
  };
});
