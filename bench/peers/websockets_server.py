"""Peer: the gate on Python's websockets, in the tutorial's own words. Speaks with the bench as servers/attendant.ts does."""

import asyncio
import gc
import json
import os
import sys
import time

try:
    import websockets
except ImportError:
    print(json.dumps({"unavailable": "Python has no package websockets"}), flush=True)
    sys.exit(0)

ACCEPTED = "congratulation, you have connect with server\r\nnow, you can do something else"
REFUSED = "sorry, the username or password is wrong, please submit again"


async def gate(websocket, *_):
    try:
        while True:
            username, _, password = (await websocket.recv()).partition(":")
            if username == "admin" and password == "123456":
                break
            await websocket.send(REFUSED)
        await websocket.send(ACCEPTED)
        while True:
            await websocket.send("your submit context: " + await websocket.recv())
    except websockets.exceptions.ConnectionClosed:
        pass


def answer(line):
    if line == "usage":
        return {"cpuMicros": time.process_time_ns() / 1000}
    gc.collect()
    with open("/proc/self/statm") as statm:
        rss = int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    return {"rssBytes": rss, "heapBytes": 0}


async def main():
    server = await websockets.serve(gate, "127.0.0.1", 0, backlog=4096)
    print(json.dumps({"port": server.sockets[0].getsockname()[1]}), flush=True)
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        print(json.dumps(answer(line.strip())), flush=True)
    os._exit(0)


asyncio.run(main())
