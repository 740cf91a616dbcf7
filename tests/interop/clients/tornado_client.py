"""Python's `tornado`."""

import asyncio

from tornado.websocket import websocket_connect

from story import on_asyncio, played, tell


class Connection:
    def __init__(self, socket):
        self.socket = socket
        self.subprotocol = socket.selected_subprotocol
        self.receive = socket.read_message

    def text(self, text):
        return self.socket.write_message(text)

    def binary(self, data):
        return self.socket.write_message(data, binary=True)

    async def ping(self, data):
        answer = asyncio.get_running_loop().create_future()
        self.socket.on_pong = answer.set_result
        self.socket.ping(data)
        return await answer

    def close(self, code):
        self.socket.close(code)

    @property
    def code(self):
        return self.socket.close_code or 1006


async def play(url, subprotocols, steps):
    await played(Connection(await websocket_connect(url, subprotocols=subprotocols or None)), steps)


tell(on_asyncio, play)
