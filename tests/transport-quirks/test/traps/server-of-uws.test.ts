/** Traps of uWebSockets.js in its package and at its server: the behaviour of the library, and how the adapter handles it. */

import { createRequire } from 'node:module';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { connect, openSocket, recordSessions } from '@sallyport/conformance';
import { ACCEPTED, ECHO, RIGHT } from '@sallyport/conformance/serving';
import { createSessions, refuse } from '@sallyport/core';
import { type Library, serve, systemClock } from '@sallyport/uws';
import { expect, it, onTestFinished } from 'vitest';
import { bareUws } from '../../src/bare-uws.ts';
import { describeUws } from '../../src/describe-uws.ts';
import { golden } from '../../src/outcomes.ts';
import { openGate } from '../../src/quirk-server.ts';

const require = createRequire(import.meta.url);

it('T1: the package is npm’s build of 20.30; without a binary it is a JavaScript fallback, on which the adapter refuses to serve', async () => {
  expect(require('uWebSockets.js/package.json')).toMatchObject({
    name: '@trufflesuite/uws-js-unofficial',
    version: expect.stringMatching(/^20\.30\./),
  });
  const imitation = require('uWebSockets.js/dist/index.js') as Library;
  expect('SSLApp' in imitation).toBe(false);
  const attempt = serve(recordSessions(systemClock).sessions, {
    library: imitation,
    host: '127.0.0.1',
    port: 0,
  });
  await expect(attempt).rejects.toMatchObject({ code: 'ERR_LIBRARY' });
});

describeUws('traps of uWebSockets.js, its server', (library, uws) => {
  it('T16: the library has one size limit for a route; the core has one for credentials, and a larger one for messages', () => {
    const limits = {
      before: golden('uws')['frames before sign-in'],
      after: golden('uws')['frames after it'],
    };
    expect(limits.before['4 097 bytes']).toBe('close 1009 "message too big" → messageTooBig, 1009');
    expect(limits.after['4 097 bytes']).toBe('echo "xxxxx… (4097)" goes on');
    expect(limits.after['65 537 bytes']).toBe('close 1009 "message too big" → messageTooBig, 1009');
  });

  it('T18: closing the listening socket leaves connections open, and closing the app cuts them without a close frame', async () => {
    const { port, app, stopListening } = await bareUws(library, {
      message: (socket) => void socket.send('still here'),
    });
    const client = await connect({ port });
    stopListening();
    expect(await client.ask('there?')).toBe('still here');
    app.close();
    expect((await client.ended).code).toBe(1006);
  });

  it('T18: the adapter closes every session first', async () => {
    const gate = await openGate(uws);
    onTestFinished(gate.close);
    const client = await gate.connect();
    const stopped = gate.stop();
    gate.clock.advance(gate.sessions.limits.drainMs);
    expect(await client.ended).toEqual({ code: 1012, reason: 'server restarts' });
    await stopped;
  });

  it('T19: messages that are sent after an `await`, and so not corked, arrive in order', async () => {
    const gate = await openGate(uws, {
      async application(message) {
        await (message === '0' ? nextTurn() : undefined);
        return `${ECHO}${message}`;
      },
    });
    onTestFinished(gate.close);
    const client = await gate.connect();
    expect(await client.ask(RIGHT)).toBe(ACCEPTED);
    const all = Array.from({ length: 10 }, (_, i) => `${i}`);
    for (const text of all) client.text(text);
    for (const text of all) expect(await client.nextText()).toBe(`${ECHO}${text}`);
  });

  it('T30: with the length of a body that is not sent, the library waits for the body, and cuts a client that sends another request', async () => {
    const { port, app } = await bareUws(library, {});
    // Without the listener, a request that the library takes for unanswered would end the process.
    app.any('/*', (res) => void res.onAborted(() => {}).endWithoutBody(5));
    const socket = await openSocket({ port });
    let text = '';
    socket
      .on('error', () => {})
      .on('data', (chunk) => {
        text += String(chunk);
        if (text.endsWith('\r\n\r\n')) socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
      });
    socket.write('HEAD / HTTP/1.1\r\nHost: x\r\n\r\n');
    await new Promise((resolve) => socket.on('close', resolve));
    expect(text.match(/HTTP\/1.1 200 OK/g)).toHaveLength(1);
  });

  it('T30: the adapter writes the length as a header, and the connection goes on', async () => {
    const sessions = createSessions({ authenticate: refuse, clock: systemClock });
    const { port, close } = await serve(sessions, {
      library,
      host: '127.0.0.1',
      port: 0,
      fetch: () => new Response('hello', { headers: { 'content-length': '5' } }),
    });
    onTestFinished(close);
    const url = `http://127.0.0.1:${port}/`;
    const head = await fetch(url, { method: 'HEAD' });
    expect([head.status, head.headers.get('content-length')]).toEqual([200, '5']);
    expect(await (await fetch(url)).text()).toBe('hello');
  });
});
