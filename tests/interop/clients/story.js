/**
 * What every JavaScript client here shares: it reads stories, plays their steps on a connection, and says what happens. See
 * story.py, which is the same for Python. Plain JavaScript, because Node 20, Deno and Bun all run it as it is.
 */
import { Buffer } from 'node:buffer';
import { createRequire } from 'node:module';
import process from 'node:process';
import { createInterface } from 'node:readline';

const say = (what, value) => process.stdout.write(`${JSON.stringify({ [what]: value })}\n`);

/** A package of the folder that the tests are told (`NPM_CLIENTS`): what it depends on must not reach the workspace's own `ws`. */
export function fromNpm(name) {
  return createRequire(`${process.env['NPM_CLIENTS']}/`)(name);
}

/** Plays each story by `connect({ url, subprotocols }, events)`, which returns how to send, ping and close. */
export async function tell(connect) {
  for await (const line of createInterface({ input: process.stdin })) {
    const { url, subprotocol, steps } = JSON.parse(line);
    await play(connect, { url, subprotocols: subprotocol ? [subprotocol] : [] }, steps);
  }
}

async function play(connect, target, steps) {
  let received = 0;
  let pongs = 0;
  let isOpen = false;
  let closed;
  let goOn = () => {};
  const until = async (isTrue) => {
    while (!isTrue() && closed === undefined)
      await new Promise((resolve) => {
        goOn = resolve;
      });
  };
  const events = {
    opened(subprotocol) {
      isOpen = true;
      say('opened', subprotocol || '');
      goOn();
    },
    text(text) {
      received += 1;
      say('text', text);
      goOn();
    },
    binary(bytes) {
      received += 1;
      say('binary', Buffer.from(bytes).toString('hex'));
      goOn();
    },
    pong(data) {
      pongs += 1;
      say('pong', Buffer.from(data).toString());
      goOn();
    },
    closed(code) {
      closed ??= code;
      goOn();
    },
  };
  const connection = connect(target, events);
  await until(() => isOpen);
  let awaited = 0;
  let pings = 0;
  for (const step of steps) {
    const [[what, value]] = Object.entries(step);
    if (closed !== undefined) break;
    if (what === 'receive') {
      awaited += value;
      await until(() => received >= awaited);
    } else if (what === 'ping') {
      connection.ping(value);
      pings += 1;
      await until(() => pongs >= pings);
    } else if (what === 'binary') connection.binary(Buffer.from(value, 'hex'));
    else connection[what](value);
  }
  await until(() => false);
  say('closed', closed);
}
