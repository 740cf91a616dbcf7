/** The tutorial's conversation through a reverse proxy that lists the messages, as the history of Burp does: mitmdump. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { binaries, isUnavailable, start } from './binaries.ts';
import { converse, whyNoTutorial } from './tutorial.ts';

const hasProxy = !spawnSync('mitmdump', ['--version'], { stdio: 'ignore' }).error;
const obstacle = hasProxy ? whyNoTutorial() : 'there is no mitmdump (Debian: apt install mitmproxy)';
if (obstacle) console.warn(`skipped: ${obstacle}`);

describe.for(binaries)('mitmdump in front of %s', (binary) => {
  it.skipIf(obstacle ?? isUnavailable(binary))(
    'mitmdump passes the conversation on, and lists it',
    async () => {
      const server = await start(binary);
      const proxy = await startProxy(server.url);
      try {
        const lines = ['admin:1', 'admin:123456', 'hello', 'exit'];
        expect((await converse(proxy.url, lines)).code).toBe(0);
        await proxy.until('WebSocket connection closed');
        expect(messagesIn(proxy.listed())).toEqual([
          '-> admin:1',
          '<- sorry, the username or password is wrong, please submit again',
          '-> admin:123456',
          '<- congratulation, you have connect with server now, you can do something else',
          '-> hello',
          '<- your submit context: hello',
        ]);
        expect(proxy.listed()).toContain('<< 101 Switching Protocols');
        expect(proxy.listed()).toContain('WebSocket connection closed by client: 1000 user exit');
      } finally {
        await proxy.stop();
        await server.stop();
      }
    },
    60_000,
  );
});

/** The messages, each with its direction. The lines of one message are joined. */
function messagesIn(listed: string): string[] {
  const found = listed
    .replaceAll('\r', '')
    .matchAll(/(->|<-) WebSocket text message .*\n((?: {4}.*\n|\s*\n)+)/g);
  return [...found].map(
    ([, direction, text = '']) =>
      `${direction} ${text
        .trim()
        .split(/\s*\n\s*/)
        .join(' ')}`,
  );
}

async function startProxy(url: string) {
  const options = ['--mode', `reverse:${url.replace('ws:', 'http:')}`];
  const listen = ['--listen-host', '127.0.0.1', '--listen-port', '0'];
  // Otherwise Python would buffer its output into a pipe.
  const env = { ...process.env, PYTHONUNBUFFERED: '1' };
  const child = spawn('mitmdump', [...options, ...listen, '--flow-detail', '3'], { env });
  let said = '';
  const waiting: (() => void)[] = [];
  const goOn = () => {
    for (const one of waiting.splice(0)) one();
  };
  const hear = (chunk: Buffer) => {
    said += chunk.toString();
    goOn();
  };
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  child.once('close', goOn);
  const until = async (text: string | RegExp): Promise<string> => {
    for (;;) {
      const found = said.match(text);
      if (found) return found[1] ?? '';
      if (child.exitCode !== null || child.signalCode !== null)
        throw new Error(`mitmdump ended, and did not say ${text}: ${said}`);
      await new Promise<void>((resolve) => waiting.push(resolve));
    }
  };
  const port = await until(/listening at .*?:(\d+)/);
  return {
    url: `ws://127.0.0.1:${port}`,
    listed: () => said,
    until,
    async stop() {
      if (child.exitCode !== null) return;
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
  };
}
