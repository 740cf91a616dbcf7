import uWS from 'uWebSockets.js';
import { accept, createSessions, refuse } from '@sallyport/core';
import { behavior, systemClock } from '@sallyport/uws';

const sessions = createSessions({
  clock: systemClock,
  // A verdict may come later. Messages that the client sends meanwhile wait in order.
  authenticate: async (credentials) =>
    credentials.type === 'token' && (await isGood(credentials.token)) ? accept('ada') : refuse(),
});

uWS
  .App()
  .ws('/chat', behavior(sessions))
  .any('/*', (response) => {
    response.end('the app that was there\n');
  })
  .listen(Number(process.env['PORT'] ?? 3000), (socket) => {
    if (!socket) throw new Error('the port is in use');
  });

async function isGood(token: string): Promise<boolean> {
  return token === 'lovelace';
}
