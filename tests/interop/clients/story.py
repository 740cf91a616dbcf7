"""What every Python client here shares: it reads stories, plays their steps on a connection, and says what happens.

A story is one line of JSON on the standard input: `url`, `subprotocol` (or null) and `steps`. What happens is one line of
JSON each on the standard output; the last one of a story is `closed`, with the code, or `failed`.
"""

import inspect
import json
import sys


def say(what, value):
    print(json.dumps({what: value}), flush=True)


async def settled(value):
    """The value itself, of clients that block and of clients that are awaited."""
    return await value if inspect.isawaitable(value) else value


async def heard(connection):
    """Says the next message. False if the connection has closed instead."""
    message = await settled(connection.receive())
    if message is None:
        return False
    if isinstance(message, str):
        say("text", message)
    else:
        say("binary", bytes(message).hex())
    return True


async def take(connection, what, value):
    if what == "receive":
        for _ in range(value):
            if not await heard(connection):
                return
    elif what == "text":
        await settled(connection.text(value))
    elif what == "binary":
        await settled(connection.binary(bytes.fromhex(value)))
    elif what == "ping":
        say("pong", (await settled(connection.ping(value.encode()))).decode())
    else:
        await settled(connection.close(value))


async def played(connection, steps):
    """Takes the steps, and listens until the connection is closed."""
    say("opened", connection.subprotocol or "")
    try:
        for step in steps:
            for what, value in step.items():
                await take(connection, what, value)
    except Exception as error:
        # A server may close while the client still sends: what it said before is still to be read.
        print(f"while sending: {error!r}", file=sys.stderr)
    while await heard(connection):
        pass
    say("closed", connection.code)


def tell(run, play):
    """Plays each story by the coroutine function `play(url, subprotocols, steps)`, which `run` runs."""
    for line in sys.stdin:
        story = json.loads(line)
        subprotocols = [story["subprotocol"]] if story["subprotocol"] else []
        try:
            run(play, story["url"], subprotocols, story["steps"])
        except Exception as error:
            say("failed", repr(error))


def on_asyncio(play, *args):
    import asyncio

    asyncio.run(play(*args))
