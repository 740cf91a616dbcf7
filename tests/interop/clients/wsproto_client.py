"""Python's `wsproto`, a protocol without a network, on a plain socket."""

import socket
from urllib.parse import urlsplit

from wsproto import ConnectionType, WSConnection
from wsproto.events import (
    AcceptConnection,
    BytesMessage,
    CloseConnection,
    Ping,
    Pong,
    RejectConnection,
    Request,
    TextMessage,
)

from story import on_asyncio, played, tell


class Connection:
    code = 1006

    def __init__(self, url, subprotocols):
        parts = urlsplit(url)
        self.socket = socket.create_connection((parts.hostname, parts.port))
        self.protocol = WSConnection(ConnectionType.CLIENT)
        self.waiting = []
        self.send(Request(host=parts.netloc, target=parts.path or "/", subprotocols=subprotocols))
        accepted = self.event()
        if not isinstance(accepted, AcceptConnection):
            raise RuntimeError(f"not accepted: {accepted}")
        self.subprotocol = accepted.subprotocol

    def send(self, event):
        self.socket.sendall(self.protocol.send(event))

    def event(self):
        """The next one, or None if the connection is gone."""
        while not self.waiting:
            try:
                data = self.socket.recv(65536)
            except OSError:
                data = b""
            if not data:
                return None
            self.protocol.receive_data(data)
            self.waiting = list(self.protocol.events())
        event = self.waiting.pop(0)
        if isinstance(event, Ping):
            self.send(event.response())
        if isinstance(event, CloseConnection):
            self.code = event.code
            if self.protocol.state.name == "REMOTE_CLOSING":
                self.send(event.response())
        return event

    def receive(self):
        """A message comes in pieces, and each piece says whether it is the last."""
        pieces = []
        while True:
            event = self.event()
            if event is None or isinstance(event, (CloseConnection, RejectConnection)):
                return None
            if isinstance(event, (TextMessage, BytesMessage)):
                pieces.append(event.data)
                if event.message_finished:
                    return pieces[0][:0].join(pieces)

    def text(self, text):
        self.send(TextMessage(data=text))

    def binary(self, data):
        self.send(BytesMessage(data=data))

    def ping(self, data):
        self.send(Ping(payload=data))
        while True:
            event = self.event()
            if isinstance(event, Pong):
                return bytes(event.payload)

    def close(self, code):
        self.send(CloseConnection(code=code))


async def play(url, subprotocols, steps):
    connection = Connection(url, subprotocols)
    await played(connection, steps)
    connection.socket.close()


tell(on_asyncio, play)
