/** Wrong options: an error of one line that says what to do, and exit code 2, before anything connects. */
import { writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { version } from '../src/version.ts';
import { runInProcess } from './in-process.ts';
import { pipe } from './pipe.ts';
import { scratch } from './scratch.ts';

const at = scratch();

it.each([
  [['connect', '127.0.0.1:5678'], /must begin with ws:\/\/ or wss:\/\/, as in ws:\/\/127\.0\.0\.1:5678/],
  [['connect', 'localhost'], /as in ws:\/\/localhost/],
  [['connect', 'ftp://example.org'], /ftp:\/\/ is not a WebSocket scheme/],
  [['connect', 'ws://exa mple'], /not a valid URL/],
  [['connect', 'ws://admin:123456@example.org'], /contains a name or a password/],
  [['connect', 'ws://a', 'b'], /too many arguments/],
  [['connect', '--jsno'], /'--jsno' \(did you mean --json\?\)/],
  [
    ['connect', '--ping', 'often'],
    /--ping <seconds>' argument 'often' is invalid\. It must be a number of seconds/,
  ],
  [['connect', '--ping', '0'], /It must be a number of seconds/],
  [['connect', '--wait', '-1'], /It must be a number of seconds/],
  [['connect', '--header', 'nothing'], /must be 'Name: value'/],
  [['connect', '--header', 'a b: 123456'], /no spaces/],
  [['connect', '--header', '123456'], /must be 'Name: value'/],
  [['connect', '--header', 'Authorization: Bearer 123456€'], /the value of Authorization must be one line/],
  [['connect', '--header', 'Cookie: sid=123456\u0007'], /the value of Cookie must be/],
  [['connect', '--header', 'Upgrade: x'], /the client sets Upgrade itself/],
  [['connect', '--header', 'sec-websocket-key: 123456'], /the client sets sec-websocket-key itself/],
  [['connect', '--header', 'Origin: x'], /use --origin/],
  [['connect', '--by-request'], /--by-request needs the credentials in a --header/],
  [['connect', '--by-request', '--header', 'a: b', '--username', 'c'], /--username exclude each other/],
  [['connect', '--by-request', '--header', 'a: b', '--token-file', 'c'], /--token-file exclude each other/],
  [['connect', '--params', '1'], /--params has no effect without --request/],
  [['connect', '--request', 'a b'], /--request: a method has 1 to 128/],
  [['connect', '--request', 'a', '--params', '{123456'], /--params must be JSON, such as/],
  [['connect', '--request', 'a', '--params', '@nowhere'], /--params: nowhere cannot be read \(ENOENT\)/],
  [['connect', '--request', 'a', '--binary'], /--request and --binary exclude each other/],
  [['connect', '--header', '@nowhere'], /nowhere cannot be read \(ENOENT\)/],
  [
    ['connect', '--origin', 'ü€'],
    /--origin <origin>' argument 'ü€' is invalid\. It must be the origin of a web page/,
  ],
  [['connect', '--origin', ''], /It must be the origin of a web page/],
  [['connect', '--username', ''], /--username: the username is empty/],
  [['connect', '--username', 'a:b'], /--username: a username can contain a colon only with --json/],
  [['connect', '--username', 'a\tb', '--json'], /--username: a username cannot contain control characters/],
  [['connect', '--token-file', 'nowhere'], /--token-file: nowhere cannot be read \(ENOENT\)/],
  [['connect', '--token-file', 'x', '--username', 'y'], /exclude each other/],
  [['conect'], /unknown command 'conect' \(did you mean connect\?\)/],
  [['--verbose'], /unknown option '--verbose'/],
])('sallyport refuses %j', async (args, what) => {
  const { code, stdout, stderr } = await runInProcess(args, 'admin:123456\n');
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(/^sallyport: [^\n]+\n$/);
  expect(stderr).toMatch(what);
  expect(stderr).not.toContain('123456');
});

it('a token file with more than a token is refused, and not shown', async () => {
  writeFileSync(at('token'), 'secret stuff\n');
  const { code, stderr } = await runInProcess(['connect', '--token-file', at('token')]);
  expect([code, stderr]).toEqual([2, expect.stringMatching(/must hold one token and nothing else\n$/)]);
  expect(stderr).not.toContain('secret');
});

it('the built binary exits with 2 after a usage error, and with 0 after --help', async () => {
  const [mistaken, helped] = await Promise.all([pipe(['--verbose']), pipe(['--help'])]);
  expect(mistaken).toEqual({
    code: 2,
    stdout: '',
    stderr: expect.stringMatching(/^sallyport: unknown option '--verbose'[^\n]*\n$/),
  });
  expect(helped).toEqual({ code: 0, stdout: expect.stringContaining('Usage: sallyport'), stderr: '' });
});

describe('The help', () => {
  it.each([
    [[], /connect \[options\] \[url\]/],
    [['--help'], /Usage: sallyport/],
    [['connect', '--help'], /Exit codes: 0 you left/],
    [['users', '--help'], /Exit codes: 0 done/],
    [['users', 'add', '--help'], /--stdin/],
    [['--', '--version'], new RegExp(`^${version}\n$`)],
  ])('of %j', async (args, what) => {
    const { code, stdout, stderr } = await runInProcess(args);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(what);
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });
});
