"""The client of the classic `websockets` tutorial: signs in until it is right, then talks until it is told to exit."""

import asyncio
import sys

import websockets


async def sign_in(websocket):
    while True:
        await websocket.send(input("please enter your username and password: "))
        answer = await websocket.recv()
        print(answer)
        if "congratulation" in answer:
            return


async def talk(websocket):
    while True:
        text = input("please enter your context: ")
        if text == "exit":
            print('you have enter "exit", goodbye')
            await websocket.close(reason="user exit")
            return
        await websocket.send(text)
        print(await websocket.recv())


async def main(url):
    async with websockets.connect(url) as websocket:
        await sign_in(websocket)
        await talk(websocket)


asyncio.run(main(sys.argv[1]))
