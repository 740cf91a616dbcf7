"""libsoup, the HTTP library of GNOME, by its Python bindings. It has no ping of its own to send."""

import gi

gi.require_version("Soup", "3.0")
from gi.repository import GLib, Soup  # noqa: E402

from story import on_asyncio, played, tell


class Connection:
    def __init__(self, socket):
        self.socket = socket
        self.subprotocol = socket.get_protocol()
        self.messages = []
        self.is_over = False
        self.context = GLib.MainContext.default()
        socket.connect("message", self.on_message)
        socket.connect("closed", self.on_closed)

    def on_message(self, _socket, kind, message):
        data = message.get_data()
        self.messages.append(data.decode() if kind == Soup.WebsocketDataType.TEXT else data)

    def on_closed(self, _socket):
        self.is_over = True

    def receive(self):
        while not self.messages and not self.is_over:
            self.context.iteration(True)
        return self.messages.pop(0) if self.messages else None

    def text(self, text):
        self.socket.send_text(text)

    def binary(self, data):
        self.socket.send_message(Soup.WebsocketDataType.BINARY, GLib.Bytes.new(data))

    def close(self, code):
        self.socket.close(code, None)

    @property
    def code(self):
        return self.socket.get_close_code() or 1006


async def play(url, subprotocols, steps):
    outcome = []
    message = Soup.Message.new("GET", url)
    session = Soup.Session()
    session.websocket_connect_async(
        message, None, subprotocols or None, GLib.PRIORITY_DEFAULT, None, lambda _source, result: outcome.append(result)
    )
    while not outcome:
        GLib.MainContext.default().iteration(True)
    await played(Connection(session.websocket_connect_finish(outcome[0])), steps)


tell(on_asyncio, play)
