"""Python's `websockets`."""

import websockets

from story import on_asyncio, played, tell


class Connection:
    def __init__(self, socket):
        self.socket = socket
        self.subprotocol = socket.subprotocol
        self.text = self.binary = socket.send
        self.close = socket.close

    async def receive(self):
        try:
            return await self.socket.recv()
        except websockets.ConnectionClosed:
            return None

    async def ping(self, data):
        await (await self.socket.ping(data))
        return data

    @property
    def code(self):
        return self.socket.close_code


async def play(url, subprotocols, steps):
    async with websockets.connect(url, subprotocols=subprotocols or None) as socket:
        await played(Connection(socket), steps)


tell(on_asyncio, play)
