/** Authentication with the binaries: user files and tokens, configured by flag and by variable. */
import { createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { users } from '@sallyport/auth';
import { canary } from '@sallyport/core/testing/canary';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { binaries, Running } from './binary.ts';
import { Client } from './client.ts';
import { runInProcess } from './in-process.ts';

const SORRY = 'sorry, the username or password is wrong, please submit again';
const WELCOME = /^congratulation/;
const CANARY = canary.password;
const SECRET = `${canary.token}, a secret of more than 32 bytes`;

/** `htpasswd -nbB myName myPassword`, from the manual of Apache's httpd. */
const apacheLine = 'myName:$2y$05$c4WoMPo3SXsafkva.HHa6uXQZWr7oboPiC2bT/r7q1BB8I2s0BRqC';
/** argon2id; the password is `lovelace`. */
const ada =
  'ada:$argon2id$v=19$m=19456,t=2,p=1$1OyBN2MCbnle9Lz+VhMniA$tCueK8vqhHqOIUcg5Aho8dUCtlN75HafzgaFfr0AqkY';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sallyport-'));
});
const started: Running[] = [];
afterEach(async () => {
  await Promise.all(started.splice(0).map((server) => server.stop()));
  rmSync(folder, { recursive: true, force: true });
});

function fileOf(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content, { mode: 0o600 });
  return path;
}

const inSeconds = (seconds: number) => Math.floor(Date.now() / 1_000) + seconds;
const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

function token(claims: object, key: string | KeyObject = SECRET): string {
  const isSecret = typeof key === 'string';
  const body = `${encoded({ alg: isSecret ? 'HS256' : 'EdDSA' })}.${encoded({ sub: 'ada', exp: inSeconds(60), ...claims })}`;
  const signature = isSecret
    ? createHmac('sha256', key).update(body).digest()
    : sign(null, Buffer.from(body), key);
  return `Bearer ${body}.${signature.toString('base64url')}`;
}

describe.each(binaries.map((binary) => [binary.name, binary] as const))('%s', (_name, binary) => {
  const run = (args: readonly string[], env: NodeJS.ProcessEnv = {}) => {
    const server = new Running(binary, args, env);
    started.push(server);
    return server;
  };
  const connect = async (server: Running) => {
    const client = new Client((await server.listening()).url);
    await client.opened;
    return client;
  };

  describe.skipIf(binary.unusable)('with a user file', () => {
    it('accepts the users in the file, refuses others, and turns the demo user off', async () => {
      const file = fileOf('users', `# us\n${ada}\n${apacheLine}\n`);
      const server = run(['--port', '0', '--users', file]);
      for (const [right, user] of [
        ['ada:lovelace', 'ada'],
        ['myName:myPassword', 'myName'],
      ] as const) {
        const client = await connect(server);
        expect(await client.ask(right)).toMatch(WELCOME);
        expect(await client.ask('hello')).toBe('your submit context: hello');
        await server.event('session.authenticated', { user });
        client.socket.close();
      }
      for (const wrong of [`ada:${CANARY}`, 'nobody:lovelace', 'admin:123456']) {
        const client = await connect(server);
        const began = performance.now();
        expect(await client.ask(wrong)).toBe(SORRY);
        expect(performance.now() - began).toBeGreaterThan(290);
        client.socket.close();
      }
      expect(await server.event('users.read')).toMatchObject({ level: 'info', file, users: 2 });
      const { stdout, stderr } = await server.stop();
      expect(stdout + stderr).not.toMatch(/lovelace|myPassword|argon2id|demoUser|clearText/);
      // The default cost of htpasswd is too low today, so the server replaces the hash in the writable file.
      await server.event('users.upgraded', { user: 'myName' });
      expect(readFileSync(file, 'utf8')).toMatch(/^# us\nada:.*\nmyName:\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    });

    it('reads the file again when it changes, keeps signed-in sessions, and names a broken line', async () => {
      const file = fileOf('users', `${ada}\n`);
      const server = run(['--port', '0'], { SALLYPORT_USERS: file });
      const client = await connect(server);
      expect(await client.ask('ada:lovelace')).toMatch(WELCOME);
      writeFileSync(file, `${apacheLine}\nada:${CANARY}\n`);
      expect(await server.event('users.problem')).toMatchObject({
        level: 'warn',
        line: 2,
        msg: expect.stringMatching(
          /\/users, line 2: the hash of ada: neither argon2 nor bcrypt.*; the other lines count, but the server would not start with this line$/,
        ),
      });
      expect(await client.ask('still here')).toBe('your submit context: still here');
      const [other, gone] = [await connect(server), await connect(server)];
      expect(await other.ask('myName:myPassword')).toMatch(WELCOME);
      expect(await gone.ask('ada:lovelace')).toBe(SORRY);
      await server.stop();
    });

    it('logs an error if the file cannot be read any more, and the users in it can still sign in', async () => {
      const file = fileOf('users', `${ada}\n`);
      const server = run(['--port', '0', '--users', file]);
      await server.listening();
      rmSync(file);
      expect(await server.event('users.problem')).toMatchObject({
        level: 'error',
        msg: expect.stringContaining('the users that were read before can still sign in'),
      });
      expect(await (await connect(server)).ask('ada:lovelace')).toMatch(WELCOME);
    });

    it('logs the number of users only once it listens: a startup error is the only line', async () => {
      const file = fileOf('users', `${ada}\n`);
      const { port } = await run(['--port', '0', '--users', file]).listening();
      const refused = await run(['--port', `${port}`, '--users', file]).ended;
      expect(refused).toMatchObject({ code: 2, stdout: '' });
      expect(refused.stderr).toContain('is in use');
    });

    it('postpones the right password after failures, without counting it as an attempt', async () => {
      const server = run(['--port', '0', '--users', fileOf('users', `${ada}\n`)]);
      await server.listening();
      const guessers = await Promise.all(Array.from({ length: 4 }, () => connect(server)));
      const guesses = guessers.map((guesser) => guesser.ask(`ada:${CANARY}`));
      expect(await Promise.all(guesses)).toEqual(Array(4).fill(SORRY));
      const client = await connect(server);
      let answer = await client.ask('ada:lovelace');
      expect(answer).toBe(SORRY);
      // Each of them is answered after 300 ms; the four failures make it wait for 8 s.
      while (answer === SORRY) answer = await client.ask('ada:lovelace');
      expect(answer).toMatch(WELCOME);
      expect(await server.event('session.postponed')).toMatchObject({
        level: 'info',
        user: 'ada',
        retryInMs: expect.any(Number),
      });
    });

    it('A35: issues a device token that a restart accepts and a new password revokes', async () => {
      const file = fileOf('users', `${ada}\n`);
      const args = ['--port', '0', '--users', file, '--log-level', 'trace'];
      const signIn = async (server: Running, more = '') => {
        const client = new Client((await server.listening()).url, {}, ['sallyport.v1']);
        await client.opened;
        const said = `{"type":"authenticate","username":"ada","password":"lovelace"${more}}`;
        const answer = JSON.parse(String(await client.ask(said)));
        client.socket.terminate();
        return answer;
      };
      const first = run(args);
      const { type, deviceToken } = await signIn(first);
      expect([type, typeof deviceToken]).toEqual(['authenticated', 'string']);
      const secret = `${file}.devices`;
      expect(statSync(secret).mode & 0o777).toBe(0o600);
      const printed = await first.stop();
      for (const hidden of [deviceToken, readFileSync(secret, 'utf8').trim()])
        expect(printed.stdout + printed.stderr).not.toContain(hidden);
      const second = run(args);
      const again = await signIn(second, `,"deviceToken":"${deviceToken}"`);
      expect(again).toMatchObject({ type: 'authenticated', deviceToken });
      await users(file).setPassword('ada', 'lovelace');
      const changed = await signIn(second, `,"deviceToken":"${deviceToken}"`);
      expect(changed.type).toBe('authenticated');
      expect(changed.deviceToken).not.toBe(deviceToken);
      await second.stop();
    });

    it.skipIf(process.getuid?.() === 0)('warns if a restart will forget the known devices', async () => {
      const file = fileOf('users', `${ada}\n`);
      chmodSync(join(file, '..'), 0o500);
      const server = run(['--port', '0', '--users', file]);
      expect(await server.event('devices.problem')).toMatchObject({
        level: 'warn',
        msg: expect.stringContaining('a restart forgets which devices have signed in before'),
      });
    });

    it('A35, A42: refuses or postpones 200 guesses at once; a signed-in client does not wait, and known users can sign in', async () => {
      const server = run(['--port', '0', '--users', fileOf('users', `${ada}\n`), '--log-level', 'warn']);
      const { url } = await server.listening();
      const insider = await connect(server);
      expect(await insider.ask('ada:lovelace')).toMatch(WELCOME);
      const guessers = Array.from({ length: 200 }, () => new Client(url));
      await Promise.all(guessers.map(({ opened }) => opened));
      let [waiting, echoes] = [guessers.length, 0];
      const outcomes = guessers.map(async (guesser, number) => {
        const answer = guesser.ask(`user${number}:${CANARY}`).catch(() => 'left');
        const outcome = await Promise.race([answer, guesser.closed]);
        waiting -= 1;
        return outcome;
      });
      // Meanwhile: seven sign-ins from an address that the user has signed in from before.
      const back = Array.from({ length: 7 }, async () => (await connect(server)).ask('ada:lovelace'));
      const signedIn = (async () => {
        for (; waiting > 0; echoes += 1) expect(await insider.ask('echo')).toBe('your submit context: echo');
      })();
      const seen = new Set(
        (await Promise.all(outcomes)).map((seen) => (typeof seen === 'string' ? seen : seen.code)),
      );
      for (const answer of await Promise.all(back)) expect(answer).toMatch(WELCOME);
      await signedIn;
      expect([...seen].sort()).toEqual([1013, SORRY]);
      // If the client had to wait for the password hashes of others, it would have had one reply at most.
      expect(echoes).toBeGreaterThan(10);
      expect(await (await connect(server)).ask('ada:lovelace')).toMatch(WELCOME);
      for (const { socket } of guessers) socket.terminate();
    });

    it('A43: serves other machines unencrypted only with --insecure, and warns once', async () => {
      const open = ['--port', '0', '--host', '0.0.0.0', '--users', fileOf('users', `${ada}\n`)];
      const { code, stdout: nothing, stderr } = await run(open).ended;
      expect([code, nothing, stderr]).toEqual([
        2,
        '',
        expect.stringMatching(/travel unencrypted: .*--insecure\n$/),
      ]);
      const server = run([...open, '--insecure']);
      const { port } = await server.listening();
      const client = new Client(`ws://127.0.0.1:${port}`);
      await client.opened;
      expect(await client.ask('ada:lovelace')).toMatch(WELCOME);
      expect(await server.event('clearText')).toMatchObject({
        msg: expect.stringContaining('unencrypted'),
      });
      const { stdout } = await server.stop();
      expect(stdout.match(/"warn"/g)).toHaveLength(1);
    });
  });

  describe.skipIf(binary.unusable)('with tokens', () => {
    it('accepts a token signed with the secret, refuses others, and ends the session at exp with 4419', async () => {
      const server = run([
        '--port',
        '0',
        '--token-secret-file',
        fileOf('secret', `${SECRET}\n`),
        '--token-issuer',
        'me',
      ]);
      const client = await connect(server);
      expect(await client.ask(token({ iss: 'you' }))).toBe(SORRY);
      expect(await client.ask(token({ iss: 'me', exp: inSeconds(-3_600) }))).toBe(SORRY);
      expect(await client.ask('admin:123456')).toBe(SORRY);
      expect(await client.ask(token({ iss: 'me', exp: inSeconds(2) }))).toMatch(WELCOME);
      expect(await client.closed).toEqual({ code: 4419, reason: 'sign-in expired' });
      const stale = await connect(server);
      stale.socket.send(token({ iss: 'me', exp: inSeconds(-5) }));
      expect(await stale.closed).toEqual({ code: 4419, reason: 'sign-in expired' });
      expect(await server.event('anyAudience')).toMatchObject({
        level: 'warn',
        msg: expect.stringContaining('--token-audience'),
      });
      const { stdout, stderr } = await server.stop();
      expect(stdout + stderr).not.toContain('eyJ');
    });

    it('uses a changed secret without a restart, and logs at debug why it refuses a token', async () => {
      const file = fileOf('secret', SECRET);
      const server = run(['--port', '0', '--token-secret-file', file, '--log-level', 'debug']);
      const other = 'another secret of more than 32 bytes, for the new tokens';
      const client = await connect(server);
      expect(await client.ask(token({}, other))).toBe(SORRY);
      await server.event('token.refused', { level: 'debug', reason: 'signature' });
      writeFileSync(file, other);
      await server.event('tokenKeys.changed', { level: 'info', source: file });
      expect(await (await connect(server)).ask(token({}, other))).toMatch(WELCOME);
      writeFileSync(file, 'short');
      await server.event('tokenKeys.problem', { level: 'error' });
    });

    it('accepts tokens by a public key and passwords by a user file together', async () => {
      const { publicKey, privateKey } = generateKeyPairSync('ed25519');
      const pem = publicKey.export({ type: 'spki', format: 'pem' }) as string;
      const server = run(['--port', '0'], {
        SALLYPORT_TOKEN_PUBLIC_KEY: fileOf('key.pem', pem),
        SALLYPORT_TOKEN_AUDIENCE: 'chat',
        SALLYPORT_USERS: fileOf('users', `${ada}\n`),
      });
      const [byToken, byPassword] = [await connect(server), await connect(server)];
      expect(await byToken.ask(token({ aud: 'chat' }, privateKey))).toMatch(WELCOME);
      expect(await byPassword.ask(token({ aud: 'chat' }, pem))).toBe(SORRY);
      expect(await byPassword.ask('ada:lovelace')).toMatch(WELCOME);
      expect(server.events.filter(({ level }) => level === 'warn')).toEqual([]);
    });

    it('accepts a token above 4 KiB only with --credential-size', async () => {
      const large = token({ groups: 'x'.repeat(6_000) });
      const args = ['--port', '0', '--token-secret-file', fileOf('secret', SECRET)];
      const client = await connect(run(args));
      client.socket.send(large);
      expect((await client.closed).code).toBe(1009);
      const roomy = await connect(run([...args, '--credential-size', '16384']));
      expect(await roomy.ask(large)).toMatch(WELCOME);
    });

    it('closes with 1011 and does not refuse if the published keys are unavailable', async () => {
      const { privateKey } = generateKeyPairSync('ed25519');
      const server = run(['--port', '0', '--token-jwks-url', 'http://127.0.0.1:9/jwks']);
      for (let attempt = 0; attempt < 3; attempt += 1) {
        const client = await connect(server);
        client.socket.send(token({}, privateKey));
        expect((await client.closed).code).toBe(1011);
      }
      await server.stop();
      const faults = server.events.filter(({ event }) => event === 'fault');
      expect(faults).toEqual([
        {
          level: 'error',
          time: expect.anything(),
          event: 'fault',
          source: 'authenticator',
          msg: 'the keys that tokens are verified with cannot be fetched from http://127.0.0.1:9 (bad port): tokens cannot be verified; check --token-jwks-url',
        },
      ]);
    });
  });

  describe.skipIf(binary.unusable)('prints one line and does not start, with', () => {
    it.each<[string, () => string[], RegExp]>([
      [
        'a missing user file',
        () => ['--users', join(folder, 'none')],
        /--users: \S+none cannot be read \(ENOENT\)/,
      ],
      [
        'a broken line',
        () => ['--users', fileOf('u', `${ada}\nbob:${CANARY}\n`)],
        /--users: \S+u, line 2: the hash of bob: /,
      ],
      [
        'a hash that needs too much memory',
        () => ['--users', fileOf('u', ada.replace('m=19456', 'm=4294967295'))],
        /line 1: .*m=4294967295/,
      ],
      [
        'a short secret',
        () => ['--token-secret-file', fileOf('s', `${CANARY}\n`)],
        /--token-secret-file: .*32 bytes; it has 22/,
      ],
      [
        'a missing secret file',
        () => ['--token-secret-file', join(folder, 'none')],
        /--token-secret-file: \S+ cannot be read \(ENOENT\)/,
      ],
      [
        'an invalid public key',
        () => ['--token-public-key', fileOf('k', CANARY)],
        /--token-public-key: .*PEM/,
      ],
      [
        'an http: URL for keys',
        () => ['--token-jwks-url', 'http://a.example/'],
        /--token-jwks-url: .*https:/,
      ],
      [
        'an invalid algorithm',
        () => ['--token-secret-file', fileOf('s', SECRET), '--token-algorithms', 'none'],
        /--token-algorithms: .*HS256.*"none"/,
      ],
    ])('%s', async (_, args, message) => {
      const outcome = await runInProcess(binary.name, ['--port', '0', ...args()]);
      expect(outcome).toMatchObject({ code: 2, stdout: '' });
      expect(outcome.stderr).toMatch(message);
      expect(outcome.stderr).toMatch(new RegExp(`^${binary.name}: [^\\n]+\\n$`));
      expect(outcome.stderr).not.toContain(CANARY);
    });
  });
});
