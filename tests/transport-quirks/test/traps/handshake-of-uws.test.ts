/** Traps of uWebSockets.js at the upgrade: the behaviour of the library, and how the adapter handles it. */
import { once } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { connect, frame, handshake, openSocket } from '@sallyport/conformance';
import { behavior } from '@sallyport/uws';
import { expect, it, onTestFinished } from 'vitest';
import { bareUws } from '../../src/bare-uws.ts';
import { describeUws } from '../../src/describe-uws.ts';
import { golden } from '../../src/outcomes.ts';
import { openGate } from '../../src/quirk-server.ts';
import { script } from '../../src/script.ts';
import { request } from '../../src/upgrade-cases.ts';

describeUws('traps of uWebSockets.js, the handshake', (library, uws) => {
  it('T13: a request is invalid after the first turn of the event loop, and still valid after a microtask', async () => {
    const said: string[] = [];
    const { port } = await bareUws(library, {
      async upgrade(res, req, context) {
        res.onAborted(() => {});
        const key = req.getHeader('sec-websocket-key');
        await undefined;
        said.push(req.getHeader('host'));
        await nextTurn();
        said.push(messageOf(() => req.getHeader('host')));
        res.cork(() => res.upgrade({}, key, '', '', context));
      },
    });
    (await connect({ port }, { headers: { Host: 'gate.example' } })).socket.destroy();
    expect(said).toEqual(['gate.example', expect.stringContaining('must not be accessed after await')]);
  });

  it('T13: a handler that answers later and does not listen for `aborted` ends the process', async () => {
    const child = script(`
      import uWS from 'uWebSockets.js';
      const later = async (res) => { await new Promise(setImmediate); res.end(); };
      const print = (socket) => console.log('port ' + uWS.us_socket_local_port(socket));
      uWS.App().ws('/*', { upgrade: later }).listen(0, print);
    `);
    const socket = await openSocket({ port: await child.port() });
    socket.on('error', () => {}).write(request());
    expect(await child.ended).toMatchObject({
      signal: 'SIGABRT',
      output: expect.stringContaining('without responding or attaching an abort handler is forbidden'),
    });
  });

  it('T13: the adapter decides before its handler returns', async () => {
    const late: string[] = [];
    const { sessions, close } = await openGate(uws);
    onTestFinished(close);
    const { upgrade } = behavior(sessions);
    const res = { getRemoteAddressAsText: () => new ArrayBuffer(0), upgrade: () => late.push('upgraded') };
    const lines = request()
      .split('\r\n')
      .map((line) => line.split(': '));
    const req = {
      forEach: (tell: (name: string, value: string) => void) => {
        for (const [name = '', value = ''] of lines) tell(name.toLowerCase(), value);
      },
    };
    upgrade?.(res as never, req as never, {} as never);
    expect(late).toEqual(['upgraded']);
  });

  it('T14: the library accepts any key of 24 characters; the adapter checks all that RFC 6455 requires', async () => {
    const { port } = await bareUws(library, {});
    const gate = await openGate(uws);
    onTestFinished(gate.close);
    const lacking = { Upgrade: undefined, Connection: undefined, 'Sec-WebSocket-Version': undefined };
    const headers = { ...lacking, 'Sec-WebSocket-Key': '!'.repeat(24) };
    const { answer, client } = await handshake({ port }, { headers });
    expect(answer.status).toBe(101);
    client?.socket.destroy();
    for (const [name, value] of Object.entries(headers)) {
      const refused = await handshake({ port: gate.port }, { headers: { [name]: value } });
      expect(refused.answer.status).toBe(name === 'Sec-WebSocket-Version' ? 426 : 400);
    }
  });

  it('T15: data that arrives together with the upgrade request is discarded', async () => {
    const heard: string[] = [];
    const { port } = await bareUws(library, {
      message(socket, message) {
        heard.push(Buffer.from(message).toString());
        socket.send('heard');
      },
    });
    const socket = await openSocket({ port });
    socket.write(Buffer.concat([Buffer.from(request()), frame(1, 'together')]));
    await once(socket, 'data');
    socket.write(frame(1, 'afterwards'));
    await once(socket, 'data');
    expect(heard).toEqual(['afterwards']);
    socket.destroy();
  });

  it('T20: headers have at most 4 KiB in pieces, any size at once, and 48 lines; `ws` allows 8 KiB', () => {
    const of = { ws: golden('ws')['upgrade requests'], uws: golden('uws')['upgrade requests'] };
    const taken = '101, session, open';
    expect(of.uws['3 000 bytes of headers']).toBe(taken);
    expect(of.uws['20 000 bytes of headers']).toBe(taken);
    expect(of.uws['5 000 bytes of headers, in two writes']).toBe('no answer, closed');
    expect([of.uws['48 headers'], of.uws['49 headers']]).toEqual([taken, 'no answer, open']);
    expect([of.ws['5 000 bytes of headers, in two writes'], of.ws['49 headers']]).toEqual([taken, taken]);
    expect(of.ws['20 000 bytes of headers']).toBe('431, closed');
  });

  it('T20: this build has no `UWS_HTTP_MAX_HEADERS_SIZE`', async () => {
    const child = script(
      `import uWS from 'uWebSockets.js';
       const print = (socket) => console.log('port ' + uWS.us_socket_local_port(socket));
       uWS.App().any('/*', (res) => res.end()).listen(0, print);`,
      { UWS_HTTP_MAX_HEADERS_SIZE: '16384' },
    );
    const socket = await openSocket({ port: await child.port() });
    const answers: string[] = [];
    socket.on('data', (chunk) => answers.push(chunk.toString())).on('error', () => {});
    const closed = once(socket, 'close');
    const all = request({ headers: { 'X-Filler': 'x'.repeat(5_000) } });
    await new Promise((resolve) => socket.write(all.slice(0, -30), resolve));
    // So that the rest is a read of its own: the server has answered another client in between.
    for (let i = 0; i < 5; i += 1) await (await fetch(`http://127.0.0.1:${await child.port()}`)).text();
    socket.write(all.slice(-30));
    await closed;
    expect(answers).toEqual([]);
  });
});

function messageOf(call: () => unknown): string {
  try {
    return String(call());
  } catch (error) {
    return String(error);
  }
}
