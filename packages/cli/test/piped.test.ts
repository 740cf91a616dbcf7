/** `sallyport connect` in a pipe, with both real servers: what scripts rely on. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Pipe, pipe } from './pipe.ts';
import { isUnavailable, ServerProcess, servers } from './server-processes.ts';

const CONGRATULATION = 'congratulation, you have connect with server\r\nnow, you can do something else\n';
const SORRY = 'sorry, the username or password is wrong, please submit again\n';
const USER_PROMPT = 'please enter your username and password: ';
const PROMPT = 'please enter your context: ';
const GOODBYE = 'you have enter "exit", goodbye\n';

describe.for(servers)('sallyport connect in a pipe, with %s,', (name) => {
  if (isUnavailable(name)) return it.skip('needs its binary');
  let server: ServerProcess;
  beforeAll(async () => {
    server = await ServerProcess.start(name);
  });
  beforeEach(() => server.forgetLog());
  afterAll(() => server?.stop());

  it('prints replies on standard output and prompts on standard error, with exit code 0', async () => {
    const { code, stdout, stderr } = await pipe(['connect', server.url], 'admin:123456\nhello\nexit\n');
    expect(stdout).toBe(`${CONGRATULATION}your submit context: hello\n`);
    expect(stderr).toBe(`${USER_PROMPT}${PROMPT}${PROMPT}${GOODBYE}`);
    expect(code).toBe(0);
    const closed = await server.endOfSession();
    expect(closed).toMatchObject({ code: 1000, user: 'admin' });
  });

  it('tries the next line after wrong credentials, even the same again', async () => {
    const lines = ['admin:1', 'admin:1', 'nonsense', 'admin:123456', 'a', 'b', 'exit', 'never sent'];
    const { code, stdout } = await pipe(['connect', server.url], `${lines.join('\n')}\n`);
    expect(stdout).toBe(
      `${SORRY}${SORRY}${SORRY}${CONGRATULATION}your submit context: a\nyour submit context: b\n`,
    );
    expect(code).toBe(0);
  });

  it('ends at the end of the input, once the replies have come', async () => {
    // The last line has no end, the first ends in CR LF.
    const { code, stdout } = await pipe(['connect', server.url, '-q'], 'admin:123456\r\né€😀\nlast');
    expect(stdout).toBe('your submit context: é€😀\nyour submit context: last\n');
    expect(code).toBe(0);
  });

  it('prints only the replies, in order, with --quiet', async () => {
    const lines = Array.from({ length: 500 }, (_, index) => `line ${index}`);
    const input = ['admin:123456', ...lines, 'exit', ''].join('\n');
    const { stdout, stderr } = await pipe(['connect', server.url, '--quiet'], input);
    expect(stdout).toBe(lines.map((line) => `your submit context: ${line}\n`).join(''));
    expect(stderr).toBe('');
  });

  it.each(['--json', '--binary'])('prints the same with %s', async (option) => {
    const { code, stdout } = await pipe(
      ['connect', server.url, '-q', option],
      'admin:1\nadmin:123456\nhello\n',
    );
    expect(stdout).toBe(option === '--json' ? 'your submit context: hello\n' : 'hello\n');
    expect(code).toBe(0);
  });

  it('sends and prints every byte unchanged with --binary', async () => {
    const bytes = Buffer.from([0, 0xff, 0x0d, 0x80, 0x1b]);
    const input = Buffer.concat([Buffer.from('admin:123456\n'), bytes, Buffer.from('\n')]);
    const run = new Pipe(['connect', server.url, '-q', '--binary']);
    const heard: Buffer[] = [];
    run.process.stdout?.setEncoding('latin1').on('data', (text) => heard.push(Buffer.from(text, 'latin1')));
    run.process.stdin?.end(input);
    await run.ended;
    expect(Buffer.concat(heard)).toEqual(Buffer.concat([bytes, Buffer.from('\n')]));
  });

  it('takes the first line as the password with --username', async () => {
    const { code, stdout } = await pipe(
      ['connect', server.url, '-q', '--username', 'admin'],
      '123456\nhello\n',
    );
    expect([code, stdout]).toEqual([0, 'your submit context: hello\n']);
  });

  it('prints an error of one line without right credentials, and exits with 4', async () => {
    for (const [input, what] of [
      ['', /the first line of standard input must be username:password\n$/],
      ['admin:1\n', /the username or password is wrong\n$/],
      [
        'admin:1\nadmin:2\nadmin:3\nadmin:4\nadmin:5\nadmin:123456\n',
        /too many wrong usernames or passwords/,
      ],
      ['exit\n', /not signed in/],
    ] as const) {
      const { code, stderr } = await pipe(['connect', server.url], input);
      expect(code).toBe(4);
      expect(stderr.trimEnd().split('\n')).toHaveLength(1);
      expect(stderr).toMatch(what);
      const quiet = await pipe(['connect', server.url, '-q'], input);
      expect(quiet.stderr).toMatch(/^sallyport: [^\n]*\n$/);
    }
  });

  it('prints an error of one line when the connection is lost, and exits with 1', async () => {
    const doomed = await ServerProcess.start(name);
    const run = new Pipe(['connect', doomed.url]);
    run.write('admin:123456\nhello\n');
    await run.shows(/your submit context: hello/);
    await doomed.kill();
    const { code, stderr } = await run.ended;
    expect(code).toBe(1);
    expect(stderr).toMatch(/sallyport: the connection is lost\n$/);
  });

  it('ends quietly when its reader closes', async () => {
    const run = new Pipe(['connect', server.url, '-q']);
    run.write('admin:123456\nhello\n');
    await run.shows(/context: hello/);
    run.process.stdout?.destroy();
    run.write('more\n'.repeat(100));
    expect(await run.ended).toMatchObject({ code: 0, stderr: '' });
  });

  it('reads no faster than a slow reader, and loses nothing', async () => {
    const lines = Array.from({ length: 40 }, (_, index) => `${index} ${'x'.repeat(50_000)}`);
    const run = new Pipe(['connect', server.url, '-q']);
    run.process.stdout?.pause();
    run.process.stdin?.end(['admin:123456', ...lines, ''].join('\n'));
    await server.event('session.authenticated');
    run.process.stdout?.resume();
    const { code, stdout, stderr } = await run.ended;
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toBe(lines.map((line) => `your submit context: ${line}\n`).join(''));
  });

  it('says that the server is stopping', async () => {
    const doomed = await ServerProcess.start(name);
    const run = new Pipe(['connect', doomed.url, '-q']);
    run.write('admin:123456\nhello\n');
    await run.shows(/your submit context: hello/);
    await doomed.stop();
    expect(await run.ended).toMatchObject({
      code: 1,
      stderr: 'sallyport: the server is stopping or restarting\n',
    });
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('closes with 1000 at %s, with exit code %i', async (signal, exitCode) => {
    const run = new Pipe(['connect', server.url]);
    run.write('admin:123456\n');
    await run.shows(/congratulation/);
    run.process.kill(signal);
    expect((await run.ended).code).toBe(exitCode);
    expect(await server.endOfSession()).toMatchObject({ code: 1000 });
  });

  it('E23: shows frames with --frames, and no password', async () => {
    const { stderr } = await pipe(
      ['connect', server.url, '-q', '--frames'],
      'admin:1\nadmin:123456\nhello\n',
    );
    const shown = stderr
      .replace(/^\d\d:\d\d:\d\d\.\d{3} /gm, '')
      .trimEnd()
      .split('\n');
    expect(shown).toEqual([
      '→ text              7 (credentials, not shown)',
      '← text             61 "sorry, the username or password is wrong, please submit again"',
      '→ text             12 (credentials, not shown)',
      '← text             76 "congratulation, you have connect with server\\r\\nnow, you can do something else"',
      '→ text              5 "hello"',
      '← text             26 "your submit context: hello"',
      '→ close            11 1000 "user exit"',
      expect.stringMatching(/^← close +\d+ 1000 "/),
    ]);
    expect(stderr).not.toContain('123456');
  });

  it('shows the pings of --ping with --frames', async () => {
    const run = new Pipe(['connect', server.url, '--frames', '--ping', '0.5']);
    run.write('admin:123456\n');
    await run.shows(/→ ping +0\n/);
    // A slow machine may miss the half second that each later ping allows: heartbeat.test.ts has the rest.
    run.process.kill('SIGKILL');
    await run.ended;
  });
});
