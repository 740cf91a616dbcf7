/** Requests of the terminal client, and sign-ins by the upgrade request: in a pipe and at a terminal, against a server on ws. */
import { writeFileSync } from 'node:fs';
import { accept, createSessions, RequestError, refuse } from '@sallyport/core';
import { type Listening, serve, systemClock } from '@sallyport/ws';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pipe } from './pipe.ts';
import { scratch } from './scratch.ts';
import { ENTER, Terminal } from './terminal.ts';

const SECRET = 'open-sesame';
const at = scratch();
let listening: Listening;
let url = '';
let terminal: Terminal | undefined;

beforeEach(async () => {
  const sessions = createSessions({
    clock: systemClock,
    authenticate: (given) => {
      const secret =
        given.type === 'password' ? given.password : given.type === 'token' ? given.token : given.value;
      return secret === SECRET ? accept('ada') : refuse();
    },
    application: (message) => `said ${typeof message === 'string' ? message : 'data'}`,
    requests: ({ method, params }, session) => {
      if (method === 'close') session.close('enough');
      if (method === 'never' || method === 'close') return new Promise(() => {});
      if (method === 'fail') throw new RequestError('room.full', 'the room\u001b[2J is full', { seats: 8 });
      if (method === 'greeted') session.send('welcome');
      return method === 'nothing' ? undefined : { method, params, text: 'ü\u001b[2J' };
    },
  });
  listening = await serve(sessions, {
    host: '127.0.0.1',
    port: 0,
    credentials: { authorization: true, cookie: 'sid', query: 'token' },
  });
  url = listening.url;
});
afterEach(async () => {
  terminal?.kill();
  terminal = undefined;
  await listening.close();
});

const signIn = `ada:${SECRET}\n`;

describe('--request in a pipe', () => {
  it('prints the result as one line of JSON, and nothing else with --quiet', async () => {
    const run = await pipe(
      ['connect', url, '-q', '--request', 'room.history', '--params', '{"room":"a"}'],
      signIn,
    );
    const result = { method: 'room.history', params: { room: 'a' }, text: 'ü\u001b[2J' };
    expect(run).toEqual({ code: 0, stdout: `${JSON.stringify(result)}\n`, stderr: '' });
  });

  it('reads the parameters from a file, and prints null where there is no result', async () => {
    writeFileSync(at('params'), '\ufeff[1]\n');
    const [read, nothing] = await Promise.all([
      pipe(['connect', url, '-q', '--request', 'm', '--params', `@${at('params')}`], signIn),
      pipe(['connect', url, '-q', '--request', 'nothing'], signIn),
    ]);
    expect(JSON.parse(read.stdout)).toMatchObject({ params: [1] });
    expect([nothing.code, nothing.stdout]).toEqual([0, 'null\n']);
  });

  it('leaves messages of the server out of standard output', async () => {
    const { code, stdout } = await pipe(['connect', url, '-q', '--request', 'greeted'], signIn);
    expect([code, JSON.parse(stdout)]).toMatchObject([0, { method: 'greeted' }]);
  });

  it('exits with 5 and one line if the server answers with an error', async () => {
    const run = await pipe(['connect', url, '-q', '--request', 'fail'], signIn);
    expect(run).toEqual({
      code: 5,
      stdout: '',
      stderr: 'sallyport: fail failed: the room is full (room.full) {"seats":8}\n',
    });
  });

  it('exits with 5 if no answer comes within --wait, and with 1 if the session ends first', async () => {
    const [late, ended] = await Promise.all([
      pipe(['connect', url, '-q', '--request', 'never', '--wait', '0.2'], signIn),
      pipe(['connect', url, '-q', '--request', 'close'], signIn),
    ]);
    expect([late.code, late.stderr]).toEqual([
      5,
      'sallyport: never failed: no answer within 200 ms (timedOut)\n',
    ]);
    expect([ended.code, ended.stderr]).toEqual([
      1,
      'sallyport: the server closed the session: "enough"; whether it has run close is not known\n',
    ]);
  });

  it('exits with 4 if the sign-in fails', async () => {
    const { code, stdout } = await pipe(['connect', url, '-q', '--request', 'm'], 'ada:wrong\n');
    expect([code, stdout]).toEqual([4, '']);
  });
});

describe('--by-request signs in', () => {
  it.each([
    ['Authorization', () => ['--header', `Authorization: Bearer ${SECRET}`]],
    ['a cookie', () => ['--header', `Cookie: other=1; sid=${SECRET}`]],
    [
      'a header of a file',
      () => {
        writeFileSync(at('headers'), `authorization: Basic ${btoa(`ada:${SECRET}`)}\n`);
        return ['--header', `@${at('headers')}`];
      },
    ],
  ])('by %s, and exchanges messages', async (_, headers) => {
    const run = await pipe(['connect', url, '-q', '--by-request', ...headers()], 'hello\nexit\n');
    expect(run).toEqual({ code: 0, stdout: 'said hello\n', stderr: '' });
  });

  it('by the query of the URL, for one request', async () => {
    const { code, stdout } = await pipe([
      'connect',
      `${url}?token=${SECRET}`,
      '--by-request',
      '--request',
      'm',
    ]);
    expect([code, JSON.parse(stdout)]).toMatchObject([0, { method: 'm' }]);
  });

  it('or says that the credentials are refused, without them', async () => {
    const run = await pipe(['connect', `${url}?token=wrong-${SECRET}`, '--by-request', '--request', 'm']);
    expect(run).toEqual({
      code: 4,
      stdout: '',
      stderr: expect.stringMatching(
        /^sallyport: not signed in: the server refused the credentials of the upgrade/,
      ),
    });
    expect(run.stderr).not.toContain(SECRET);
  });

  it('or says without the query that there is no connection', async () => {
    const dead = `${url}?token=${SECRET}`;
    await listening.close();
    const { code, stderr } = await pipe(['connect', dead, '--by-request', '--request', 'm']);
    expect(code).toBe(3);
    expect(stderr).toContain(`cannot connect to ${url}/?…: `);
    expect(stderr).not.toContain(SECRET);
  });
});

describe('at a terminal', () => {
  async function signedIn(...options: string[]) {
    terminal = new Terminal(['connect', url, ...options, '--username', 'ada']);
    await terminal.shows(/Password of ada:$/);
    terminal.type(`${SECRET}${ENTER}`);
    return terminal;
  }

  it('/request sends a request and shows its result or its error, and messages go on', async () => {
    const shown = await signedIn('--json');
    await shown.shows(/signed in as ada; "exit" leaves\n>$/);
    shown.type(`/request room.history {"room":"a"}${ENTER}`);
    await shown.shows(
      /\n< room\.history: \{"method":"room\.history","params":\{"room":"a"\},"text":"ü\\u001b\[2J"\}\n>$/,
    );
    shown.type(`/request fail${ENTER}`);
    await shown.shows(/\n\* fail failed: the room is full \(room\.full\) \{"seats":8\}\n>$/);
    shown.type(`/request m {room}${ENTER}`);
    await shown.shows(/\n\* not sent: the parameters of m are not JSON; a request is \/request METHOD/);
    shown.type(`/request${ENTER}`);
    await shown.shows(/\n\* not sent: a request is \/request METHOD/);
    shown.type(`//request m${ENTER}`);
    await shown.shows(/\n< said \/request m\n>$/);
    shown.type(`/requests${ENTER}`);
    await shown.shows(/\n< said \/requests\n>$/);
  });

  it('/request is a message like any other in the text protocol', async () => {
    const shown = await signedIn();
    await shown.shows(/\n>$/);
    shown.type(`/request m${ENTER}`);
    await shown.shows(/\n< said \/request m\n>$/);
  });

  it('--request asks for the password, prints the result and leaves', async () => {
    const shown = await signedIn('--request', 'm');
    expect(await shown.ended).toBe(0);
    expect(shown.text).toContain('{"method":"m","text":"ü\\u001b[2J"}');
  });

  it('--request exits with 5 if the server answers with an error', async () => {
    const shown = await signedIn('--request', 'fail');
    expect(await shown.ended).toBe(5);
    expect(shown.text).toContain('sallyport: fail failed: the room is full (room.full)');
  });
});
