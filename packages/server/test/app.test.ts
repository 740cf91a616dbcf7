/** An app in both binaries: its application, its authenticator, its sessions, and its end. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { binaries, type Outcome, Running } from './binary.ts';
import { Client } from './client.ts';
import { runInProcess } from './in-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'sallyport-app-'));
afterAll(() => rmSync(folder, { recursive: true }));
const started: Running[] = [];
afterEach(() => {
  for (const running of started.splice(0)) running.process.kill('SIGKILL');
});

function fileWith(name: string, source: string): string {
  const file = join(folder, name);
  writeFileSync(file, source);
  return file;
}

/** Signs in by a cookie, keeps a context of the request, and has a contract. Its schemas follow Standard Schema without a library. */
const contractApp = `
const schema = (isRight) => ({
  '~standard': { version: 1, vendor: 'test', validate: (value) => (isRight(value) ? { value } : { issues: [{ message: 'is wrong' }] }) },
});
const isText = (value) => typeof value?.text === 'string';
export const contract = { requests: { shout: { params: schema(isText), result: schema((value) => typeof value === 'string') } }, messages: { client: schema(isText), server: schema(isText) } };
export const requests = { shout: ({ text }, { session }) => session.peer.context.room + ': ' + text.toUpperCase() };
export const message = ({ text }) => ({ text: 'you said ' + text });
export const application = (text) => 'text: ' + text;
export const context = (request) => ({ room: request.query.room });
export const credentials = { cookie: 'sid' };
export const authenticate = (credentials) =>
  credentials.type === 'cookie' && credentials.value === 'right' ? { verdict: 'accepted', identity: { user: 'ada', expiresInMs: Infinity } } : { verdict: 'refused' };
`;

/** Makes its values with a copy of the packages that the bundled binary does not share. */
const importingApp = `
import { accept, RequestError, refuse } from ${packageFile('core')};
export const authenticate = ({ password }) => (password === 'right' ? accept('ada', { deviceToken: 'a-device' }) : refuse());
export const requests = () => {
  throw new RequestError('tooLate', 'come back tomorrow');
};
`;

/** Channels of a copy of the packages that the bundled binary does not share. Subscribes every client to `news`. */
const channelsApp = `
import { allow, createChannels, deny } from ${packageFile('channels')};
export const channels = createChannels({
  clock: { setTimeout, clearTimeout, now: () => performance.now(), wallNow: Date.now },
  random: Math.random,
  authorize: (session, channel) => (channel.startsWith('demo:') ? allow() : deny()),
});
export const observe = { authenticated: (session) => void channels.subscribe(session, 'news') };
export const start = () => () => channels.close();
`;

function packageFile(name: string): string {
  return JSON.stringify(new URL(`../../${name}/dist/index.js`, import.meta.url).href);
}

/** Signs in as the word that a client sends, tells the others, and writes to standard error when it starts and ends. */
const roomApp = `
let all;
export const authenticate = ({ type, username }) =>
  type === 'password' && username === 'ada' ? { verdict: 'accepted', identity: { user: username, expiresInMs: Infinity } } : { verdict: 'refused' };
export function application(message, session) {
  for (const other of all) other.send(session.identity.user + ': ' + message);
}
export const observe = { authenticated(session) { session.send('welcome, ' + session.identity.user); } };
export async function start(sessions) {
  all = sessions;
  await new Promise((resolve) => setImmediate(resolve));
  console.error('app started');
  return async () => {
    await new Promise((resolve) => setImmediate(resolve));
    console.error('app ended with ' + sessions.size + ' sessions');
  };
}
`;

let wrongApps = 0;

function expectOneLine({ code, stdout, stderr }: Outcome, message: RegExp): void {
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr.trimEnd()).toMatch(message);
  expect(stderr.trimEnd()).not.toContain('\n');
}

describe.each(binaries.map((binary) => [binary.name, binary] as const))('%s --app', (_name, binary) => {
  function run(args: readonly string[], env: NodeJS.ProcessEnv = {}): Running {
    const running = new Running(binary, ['--port', '0', ...args], env);
    started.push(running);
    return running;
  }

  const runWithApp = (name: string, source: string, args: readonly string[]) =>
    runInProcess(binary.name, ['--port', '0', '--app', fileWith(name, source), ...args]);

  it.skipIf(binary.unusable)('runs the app in place of the echo and the demo user', async () => {
    const server = run([], { SALLYPORT_APP: fileWith('room.mjs', roomApp) });
    const client = new Client((await server.listening()).url);
    await client.opened;
    expect(await client.ask('admin:123456')).toMatch(/^sorry/);
    expect(await client.ask('ada:any')).toMatch(/^congratulation/);
    client.socket.send('hello');
    await expect.poll(() => client.heard.slice(2)).toEqual(['welcome, ada', 'ada: hello']);
    expect(server.events.some(({ event }) => event === 'demoUser')).toBe(false);
    expect(server.events.some(({ event }) => event === 'session.authenticated')).toBe(true);
    const { code, stderr } = await server.stop();
    expect([code, stderr]).toEqual([0, 'app started\napp ended with 0 sessions\n']);
    expect((await client.closed).code).toBe(1012);
  });

  it.skipIf(binary.unusable)('runs an app with a contract, a context and a sign-in by cookie', async () => {
    const server = run(['--app', fileWith('contract.mjs', contractApp), '--log-level', 'trace']);
    const url = `${(await server.listening()).url}/?room=hall`;
    const client = new Client(url, { headers: { cookie: 'sid=right' } }, ['sallyport.v1']);
    await client.opened;
    await expect
      .poll(() => client.heard)
      .toEqual(['{"type":"authenticated","user":"ada","heartbeatMs":25000}']);
    for (const [message, answer] of [
      [
        { type: 'request', id: 1, method: 'shout', params: { text: 'hi' } },
        { type: 'response', id: 1, result: 'hall: HI' },
      ],
      [
        { type: 'message', data: { text: 'hi' } },
        { type: 'message', data: { text: 'you said hi' } },
      ],
      [
        { type: 'message', text: 'hi' },
        { type: 'message', text: 'text: hi' },
      ],
    ])
      expect(JSON.parse(await client.ask(JSON.stringify(message)))).toEqual(answer);
    const wrong = JSON.parse(
      await client.ask('{"type":"request","id":2,"method":"shout","params":{"text":7}}'),
    );
    expect(wrong).toMatchObject({ type: 'response', id: 2, error: { code: 'invalidParams' } });
    const refused = new Client(url, { headers: { cookie: 'sid=forged-cookie' } }, ['sallyport.v1']);
    await refused.opened;
    await expect.poll(() => refused.heard).toEqual(['{"type":"refused","attemptsLeft":4}']);
    const { code, stdout } = await server.stop();
    expect(code).toBe(0);
    expect(stdout).not.toContain('forged-cookie');
  });

  it.skipIf(binary.unusable)(
    'an app can throw a RequestError and give out a device token of its own @sallyport/core',
    async () => {
      const server = run(['--app', fileWith('importing.mjs', importingApp)]);
      const client = new Client((await server.listening()).url, {}, ['sallyport.v1']);
      await client.opened;
      const ask = async (message: object) => JSON.parse(await client.ask(JSON.stringify(message))) as unknown;
      expect(await ask({ type: 'authenticate', username: 'ada', password: 'right' })).toEqual({
        type: 'authenticated',
        user: 'ada',
        deviceToken: 'a-device',
        heartbeatMs: 25_000,
      });
      expect(await ask({ type: 'request', id: 1, method: 'any' })).toEqual({
        type: 'response',
        id: 1,
        error: { code: 'tooLate', message: 'come back tomorrow' },
      });
      expect((await server.stop()).code).toBe(0);
    },
  );

  it.skipIf(binary.unusable)(
    'serves the channels of an app to its clients, and subscribes a client by code of the app',
    async () => {
      const server = run(['--app', fileWith('channels.mjs', channelsApp)]);
      const { url } = await server.listening();
      const client = new Client(url, {}, ['sallyport.v1']);
      await client.opened;
      const send = (message: object) => client.socket.send(JSON.stringify(message));
      send({ type: 'authenticate', username: 'admin', password: '123456' });
      await client.received(2);
      expect(JSON.parse(client.heard[1] ?? '')).toMatchObject({ type: 'subscribed', channel: 'news' });
      send({ type: 'subscribe', id: 1, channel: 'demo:1' });
      send({ type: 'subscribe', id: 2, channel: 'secret' });
      send({ type: 'publish', id: 3, channel: 'demo:1', data: { text: 'hi' } });
      await client.received(6);
      const answers = client.heard.slice(2).map((text) => JSON.parse(text) as { type: string; id?: number });
      expect(answers.find(({ id }) => id === 1)).toMatchObject({ type: 'subscribed', channel: 'demo:1' });
      expect(answers.find(({ id }) => id === 2)).toMatchObject({ error: { code: 'forbidden' } });
      expect(answers.find(({ id }) => id === 3)).toMatchObject({ type: 'published' });
      expect(answers.find(({ type }) => type === 'publication')).toMatchObject({
        channel: 'demo:1',
        user: 'admin',
        data: { text: 'hi' },
      });
      expect((await server.stop()).code).toBe(0);
    },
  );

  it.skipIf(binary.unusable)("A36: the throttle guards the app's authenticator", async () => {
    const app = `export const authenticate = ({ password }) =>
      password === 'right' ? { verdict: 'accepted', identity: { user: 'ada', expiresInMs: Infinity } } : { verdict: 'refused' };`;
    const server = run(['--app', fileWith('guarded.mjs', app)]);
    const { url } = await server.listening();
    const attempt = async (text: string) => {
      const client = new Client(url, { localAddress: '127.0.6.1' });
      await client.opened;
      return client.ask(text);
    };
    const guesses = Array.from({ length: 6 }, (_, number) => attempt(`user${number}:guess`));
    for (const answer of await Promise.all(guesses)) expect(answer).toMatch(/^sorry/);
    expect(await attempt('ada:right')).toMatch(/^sorry/);
    await server.stop();
  });

  it.skipIf(binary.unusable)('logs what the app throws, and the client does not see it', async () => {
    const server = run([
      '--app',
      fileWith('bad.mjs', 'export const application = () => { throw new Error("no database"); };'),
    ]);
    const client = await Client.signedIn((await server.listening()).url);
    client.socket.send('hello');
    expect(await client.closed).toEqual({ code: 1011, reason: 'message failed on the server' });
    await server.event('fault', { source: 'application', session: 1 });
    await server.stop();
  });

  it.skipIf(binary.unusable).each([
    [
      'an app that cannot be loaded',
      [],
      'export const application = 7;',
      /: export application must be a function, not 7$/,
    ],
    [
      'an app whose start fails',
      [],
      'export const start = () => { throw new Error("no database"); };',
      /: start failed: no database$/,
    ],
    [
      'an app whose start returns junk',
      [],
      'export const start = () => 7;',
      /: start must return a function, or nothing$/,
    ],
    [
      'requests without a handler of the contract',
      [],
      'const any = { "~standard": { version: 1, vendor: "test", validate: (value) => ({ value }) } };\nexport const contract = { requests: { one: { params: any, result: any } } };\nexport const requests = { two() {} };',
      /--app .*wrong-\d+\.mjs: requests\.two is not a request of the contract$/,
    ],
    [
      'an object of requests without a contract',
      [],
      'export const requests = { one() {} };',
      /: export requests must be a function, or an object of handlers beside a contract, not an object$/,
    ],
    [
      'a misspelt handler of the observer',
      [],
      'export const observe = { openend() {} };',
      /: observe\.openend is not an option of createSessions; did you mean observe\.opened\?$/,
    ],
    [
      'credentials from an unknown place',
      [],
      'export const credentials = { cokie: "sid" };',
      /--app .*wrong-\d+\.mjs: .*cokie.* did you mean .*cookie\?$/,
    ],
    [
      'an authenticator beside --users',
      ['--users', 'users'],
      'export const authenticate = () => ({ verdict: "refused" });',
      /: --users and the app's `authenticate` exclude each other: both decide on credentials; remove one of them$/,
    ],
  ])('%s is one line on standard error and exit code 2', async (_title, args, source, message) => {
    // A process imports a file once, so each has its own name.
    wrongApps += 1;
    expectOneLine(await runWithApp(`wrong-${wrongApps}.mjs`, source, args), message);
  });

  it('an app with a syntax error is one line on standard error and exit code 2, and its line is named', async () => {
    const server = run(['--app', fileWith('wrong.mjs', '\nexport const = 1;')]);
    expectOneLine(await server.ended, /: SyntaxError: Unexpected token '=' \(.*wrong\.mjs:2\)$/);
  });

  it('an empty SALLYPORT_APP does not let in the demo user', async () => {
    const { code, stderr } = await runInProcess(binary.name, ['--port', '0'], { SALLYPORT_APP: '' });
    expect(code).toBe(2);
    expect(stderr).toContain(
      'SALLYPORT_APP is empty: every user of this machine could sign in as the demo user',
    );
  });

  it('an app without an authenticator must not listen for other machines with the demo user', async () => {
    const source = 'export const application = () => {};';
    const { code, stderr } = await runWithApp('open.mjs', source, ['--host', '0.0.0.0']);
    expect(code).toBe(2);
    expect(stderr).toContain('the password of the demo user admin/123456 is public');
  });
});
