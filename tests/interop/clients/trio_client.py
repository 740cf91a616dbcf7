"""Python's `trio-websocket`."""

import trio
import trio_websocket

from story import played, tell


class Connection:
    def __init__(self, socket):
        self.socket = socket
        self.subprotocol = socket.subprotocol
        self.text = self.binary = socket.send_message
        self.close = socket.aclose

    async def receive(self):
        try:
            return await self.socket.get_message()
        except trio_websocket.ConnectionClosed:
            return None

    async def ping(self, data):
        await self.socket.ping(data)
        return data

    @property
    def code(self):
        return self.socket.closed.code if self.socket.closed else 1006


async def play(url, subprotocols, steps):
    async with trio_websocket.open_websocket_url(url, subprotocols=subprotocols) as socket:
        await played(Connection(socket), steps)


tell(trio.run, play)
