/** Both binaries speak the protocol that the client offers (PROTOCOL.md, section 1). */
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { binaries, Running } from './binary.ts';

const started: Running[] = [];
afterEach(() => {
  for (const running of started.splice(0)) running.process.kill('SIGKILL');
});

describe.each(binaries.map((binary) => [binary.name, binary] as const))('%s', (_name, binary) => {
  it.skipIf(binary.unusable)('speaks the JSON protocol with a client that offers it', async () => {
    const server = new Running(binary, ['--port', '0']);
    started.push(server);
    const socket = new WebSocket((await server.listening()).url, ['sallyport.v1']);
    await once(socket, 'open');
    expect(socket.protocol).toBe('sallyport.v1');
    const ask = async (message: object) => {
      const answer = once(socket, 'message') as Promise<[Buffer]>;
      socket.send(JSON.stringify(message));
      return JSON.parse(String((await answer)[0])) as unknown;
    };
    expect(await ask({ type: 'authenticate', username: 'admin', password: '123456' })).toEqual({
      type: 'authenticated',
      user: 'admin',
      heartbeatMs: 25_000,
    });
    expect(await ask({ type: 'message', text: 'hello' })).toEqual({
      type: 'message',
      text: 'your submit context: hello',
    });
    socket.close();
    await once(socket, 'close');
  });
});
