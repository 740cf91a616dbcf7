"""Python's `websocket-client`, which blocks."""

import struct

import websocket

from story import on_asyncio, played, tell


class Connection:
    code = 1006

    def __init__(self, socket):
        self.socket = socket
        self.subprotocol = socket.getsubprotocol()
        self.text = socket.send
        self.binary = socket.send_binary

    def frame(self):
        """The next frame, as opcode and data. The library answers pings and close frames itself."""
        opcode, frame = self.socket.recv_data_frame(control_frame=True)
        if opcode == websocket.ABNF.OPCODE_CLOSE:
            self.code = struct.unpack("!H", frame.data[:2])[0] if frame.data else 1005
        return opcode, frame.data

    def receive(self):
        try:
            while True:
                opcode, data = self.frame()
                if opcode == websocket.ABNF.OPCODE_TEXT:
                    return data.decode()
                if opcode == websocket.ABNF.OPCODE_BINARY:
                    return data
                if opcode == websocket.ABNF.OPCODE_CLOSE:
                    return None
        except (websocket.WebSocketException, OSError):
            return None

    def ping(self, data):
        self.socket.ping(data)
        while True:
            opcode, answer = self.frame()
            if opcode == websocket.ABNF.OPCODE_PONG:
                return answer

    def close(self, code):
        # Its `close` also reads the answer, and would keep the code to itself.
        self.socket.send_close(code)


async def play(url, subprotocols, steps):
    socket = websocket.create_connection(url, subprotocols=subprotocols)
    await played(Connection(socket), steps)
    socket.shutdown()


tell(on_asyncio, play)
