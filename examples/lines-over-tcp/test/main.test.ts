/** The server to try signs its user in and answers lines. */
import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { createInterface } from 'node:readline';
import { expect, it } from 'vitest';

it('the server of lines signs its user in and answers line by line', async () => {
  process.env['PORT'] = '0';
  const { server } = await import('../src/main.ts');
  if (!server.listening) await once(server, 'listening');
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  socket.end('ada:1\nada:lovelace\nhello\n');
  const lines: string[] = [];
  for await (const line of createInterface({ input: socket })) lines.push(line);
  server.close();
  expect(lines).toEqual([
    'sorry, the username or password is wrong, please submit again',
    'congratulation, you have connect with server',
    'now, you can do something else',
    'your submit context: hello',
  ]);
});
