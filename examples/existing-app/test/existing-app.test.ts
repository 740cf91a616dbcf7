/** The two examples of the guide compile and run, and the guide shows exactly these files. */
import uWS from 'uWebSockets.js';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { freePort } from '@sallyport/test-fixtures/free-port';
import { expect, it, onTestFinished, vi } from 'vitest';
import { WebSocket } from 'ws';

/** Without a binary for this Node the library falls back to JavaScript. */
const hasNativeBinary = 'SSLApp' in uWS;

async function talk(url: string, ...said: (string | Buffer)[]): Promise<(string | Uint8Array)[]> {
  const socket = new WebSocket(url);
  const heard: (string | Uint8Array)[] = [];
  const done = new Promise<void>((resolve) => {
    socket.on('message', (data: Buffer, isBinary) => {
      heard.push(isBinary ? new Uint8Array(data) : data.toString());
      if (heard.length === said.length) resolve();
    });
  });
  await once(socket, 'open');
  for (const one of said) socket.send(one);
  await done;
  socket.close();
  return heard;
}

it.each(['on-ws', 'on-uws'])('docs/guide/%s.md shows the current file', (name) => {
  const source = readFileSync(new URL(`../src/${name}.ts`, import.meta.url), 'utf8');
  const page = readFileSync(new URL(`../../../docs/guide/${name}.md`, import.meta.url), 'utf8');
  expect(page).toContain(`\`\`\`ts\n${source}\`\`\``);
});

it('the app on ws signs a user in and leaves the rest of the app as it was', async () => {
  const port = await freePort();
  process.env['PORT'] = String(port);
  const { server } = await import('../src/on-ws.ts');
  if (!server.listening) await once(server, 'listening');
  expect(await talk(`ws://127.0.0.1:${port}/chat`, 'ada:1', 'ada:lovelace', 'hello')).toEqual([
    'sorry, the username or password is wrong, please submit again',
    'congratulation, you have connect with server\r\nnow, you can do something else',
    'ada says hello',
  ]);
  expect(await talk(`ws://127.0.0.1:${port}/chat`, 'ada:lovelace', Buffer.from([104, 105, 255]))).toEqual([
    expect.stringContaining('congratulation'),
    new Uint8Array([104, 105, 255]),
  ]);
  expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toBe('the app that was there\n');
  server.close();
});

it.skipIf(!hasNativeBinary)(
  'the app on uWebSockets.js signs a user in by a token and leaves the rest of the app as it was',
  async () => {
    const port = await freePort();
    process.env['PORT'] = String(port);
    await import('../src/on-uws.ts');
    expect(await talk(`ws://127.0.0.1:${port}/chat`, 'Bearer lovelace', 'hello')).toEqual([
      'congratulation, you have connect with server\r\nnow, you can do something else',
      'your submit context: hello',
    ]);
    expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toBe('the app that was there\n');
  },
);

it.skipIf(!hasNativeBinary)('the app on uWebSockets.js throws if its port is in use', async () => {
  const taken = createServer().listen(0);
  await once(taken, 'listening');
  const { port } = taken.address() as AddressInfo;
  onTestFinished(() => void taken.close());
  process.env['PORT'] = String(port);
  vi.resetModules();
  await expect(import('../src/on-uws.ts')).rejects.toThrow('the port is in use');
});
