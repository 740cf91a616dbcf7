"""Python's `aiohttp`."""

import aiohttp

from story import on_asyncio, played, tell


class Connection:
    def __init__(self, socket):
        self.socket = socket
        self.subprotocol = socket.protocol
        self.text = socket.send_str
        self.binary = socket.send_bytes

    async def close(self, code):
        await self.socket.close(code=code)

    async def receive(self):
        while True:
            message = await self.socket.receive()
            if message.type in (aiohttp.WSMsgType.TEXT, aiohttp.WSMsgType.BINARY):
                return message.data
            if message.type == aiohttp.WSMsgType.PING:
                await self.socket.pong(message.data)
            elif message.type != aiohttp.WSMsgType.PONG:
                return None

    async def ping(self, data):
        await self.socket.ping(data)
        while True:
            message = await self.socket.receive()
            if message.type == aiohttp.WSMsgType.PONG:
                return bytes(message.data)

    @property
    def code(self):
        return self.socket.close_code


async def play(url, subprotocols, steps):
    async with aiohttp.ClientSession() as session:
        # It shows pongs to those alone who answer pings themselves.
        async with session.ws_connect(url, protocols=subprotocols, autoping=False) as socket:
            await played(Connection(socket), steps)


tell(on_asyncio, play)
