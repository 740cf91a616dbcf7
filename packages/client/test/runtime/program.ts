/**
 * A program that connects with the runtime's own WebSocket. `runtimes.test.ts` bundles it and runs it on each runtime. Arguments:
 * the URLs of a closed port, of a plain HTTP server, and of a server that echoes. Prints what happened.
 */
import { connect, type Session } from '../../src/index.ts';

const [refusing = '', plain = '', echoing = ''] = (
  globalThis as unknown as { process: { argv: string[] } }
).process.argv.slice(2);
const credentials = { username: 'admin', password: '123456' };
const seen: Record<string, unknown> = {};

/** The first state after `connecting`, and how often the client had failed when it reported three attempts. */
async function attempts(url: string): Promise<string[]> {
  const session = connect(url, { credentials, chance: () => 0 });
  const states: string[] = [];
  await new Promise<void>((resolve) =>
    session.on('state', ({ state, reason }) => {
      states.push(`${state} ${reason}`);
      if (states.length >= 5) resolve();
    }),
  );
  session.close();
  await session.closed;
  return states.slice(0, 5);
}

async function talk(session: Session): Promise<unknown[]> {
  await session.ready;
  session.send('text');
  session.send('half \uD83D');
  session.send(new Uint8Array([0, 255]));
  const heard: unknown[] = [];
  for await (const message of session) {
    heard.push(message instanceof Uint8Array ? [...message] : message);
    if (heard.length === 3) break;
  }
  return heard;
}

seen['refused'] = await attempts(refusing);
seen['notWebSocket'] = await attempts(plain);
const session = connect(echoing, { credentials });
seen['heard'] = await talk(session);
seen['bufferedAmount'] = typeof session.bufferedAmount;
session.close();
seen['closed'] = await session.closed;
const cut = connect(echoing, { credentials, reconnect: false });
await cut.ready;
cut.send('cut');
seen['cut'] = await cut.closed;
console.log(JSON.stringify(seen));
