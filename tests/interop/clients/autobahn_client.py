"""Python's `autobahn`, on asyncio."""

import asyncio
from urllib.parse import urlsplit

from autobahn.asyncio.websocket import WebSocketClientFactory, WebSocketClientProtocol

from story import on_asyncio, played, tell


class Connection(WebSocketClientProtocol):
    code = 1006
    subprotocol = None

    def __init__(self):
        super().__init__()
        self.messages = asyncio.Queue()
        self.opened = asyncio.get_running_loop().create_future()
        self.receive = self.messages.get

    def onConnect(self, response):
        self.subprotocol = response.protocol

    def onOpen(self):
        self.opened.set_result(None)

    def onMessage(self, payload, isBinary):
        self.messages.put_nowait(payload if isBinary else payload.decode())

    def onPong(self, payload):
        self.pong.set_result(payload)

    def onClose(self, wasClean, code, reason):
        self.code = code
        self.messages.put_nowait(None)

    def text(self, text):
        self.sendMessage(text.encode())

    def binary(self, data):
        self.sendMessage(data, isBinary=True)

    async def ping(self, data):
        self.pong = asyncio.get_running_loop().create_future()
        self.sendPing(data)
        return await self.pong

    def close(self, code):
        self.sendClose(code)


async def play(url, subprotocols, steps):
    factory = WebSocketClientFactory(url, protocols=subprotocols)
    factory.protocol = Connection
    parts = urlsplit(url)
    _, connection = await asyncio.get_running_loop().create_connection(factory, parts.hostname, parts.port)
    await connection.opened
    await played(connection, steps)


tell(on_asyncio, play)
