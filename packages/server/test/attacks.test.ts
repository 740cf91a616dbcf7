/** Attacks on a binary with a user file: an attacker learns and gains nothing, and the rightful user can still sign in. */
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { get as httpGet } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { users } from '@sallyport/auth';
import { connect, handshake } from '@sallyport/conformance';
import { canary } from '@sallyport/core/testing/canary';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { binaries, Running } from './binary.ts';
import { Client } from './client.ts';
import { runInProcess } from './in-process.ts';

const SORRY = 'sorry, the username or password is wrong, please submit again';
const WELCOME = /^congratulation/;
const RIGHT = `ada:${canary.password}`;

let folder: string;
let file: string;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sallyport-'));
  file = join(folder, 'users');
  await users(file).add('ada', canary.password);
});
const started: Running[] = [];
afterEach(async () => {
  await Promise.all(started.splice(0).map((server) => server.stop()));
  rmSync(folder, { recursive: true, force: true });
});

/** The complete answer to refused credentials. */
async function answerTo(text: string, port: number, localAddress: string) {
  const client = await connect({ port, localAddress });
  client.text(text);
  const answer = await client.next();
  const { bytesRead } = client.socket;
  client.socket.destroy();
  return { ...answer, payload: String(answer.payload), bytesRead };
}

/** Six failures at once: the throttle then verifies nothing for half a minute, even if this machine is slow. */
async function failSixTimes(
  server: Running,
  attempt: (number: number) => [localAddress: string, text: string],
) {
  const { url } = await server.listening();
  const attempts = Array.from({ length: 6 }, async (_, i) => {
    const [localAddress, text] = attempt(i + 1);
    const client = new Client(url, { localAddress });
    await client.opened;
    return client.ask(text);
  });
  expect(await Promise.all(attempts)).toEqual(Array(6).fill(SORRY));
}

describe.each(binaries.map((binary) => [binary.name, binary] as const))('%s', (_name, binary) => {
  const run = (...args: string[]) => {
    const server = new Running(binary, ['--port', '0', '--users', file, ...args]);
    started.push(server);
    return server;
  };
  const from = async (server: Running, localAddress: string) => {
    const client = new Client((await server.listening()).url, { localAddress });
    await client.opened;
    return client;
  };

  it.skipIf(binary.unusable)(
    'A12, A31: refused credentials get the same bytes for every reason',
    async () => {
      const { port } = await run('--token-secret-file', secretFile()).listening();
      const attempts = [
        ...['ada:wrong', 'nobody:wrong', ':', 'ada:', `:${canary.password}`, `ADA:${canary.password}`],
        ...['__proto__:x', 'no credentials', '', `Bearer ${canary.token}`, `ada:${'x'.repeat(2_000)}`],
      ];
      // Each comes from its own address, so that the throttle does not connect them.
      const answers = await Promise.all(
        attempts.map((text, number) => answerTo(text, port, `127.0.1.${number + 1}`)),
      );
      for (const answer of answers)
        expect(answer).toEqual({ opcode: 1, payload: SORRY, bytesRead: answers[0]?.bytesRead });
    },
  );

  it.skipIf(binary.unusable)(
    'A34, A35: credentials for an account under attack are verified only from an address where its user has signed in',
    async () => {
      const server = run();
      const home = '127.0.2.1';
      expect(await (await from(server, home)).ask(RIGHT)).toMatch(WELCOME);
      await failSixTimes(server, (number) => [`127.0.3.${number}`, 'ada:guess']);
      // The right password from another address is not verified either.
      expect(await (await from(server, '127.0.3.99')).ask(RIGHT)).toBe(SORRY);
      expect(await (await from(server, home)).ask(RIGHT)).toMatch(WELCOME);
    },
  );

  it.skipIf(binary.unusable)(
    'A36: an address that fails at one account is not verified for another account',
    async () => {
      await users(file).add('bob', canary.password);
      const server = run();
      await failSixTimes(server, (number) => ['127.0.4.1', `nobody${number}:guess`]);
      expect(await (await from(server, '127.0.4.1')).ask(`bob:${canary.password}`)).toBe(SORRY);
      expect(await (await from(server, '127.0.4.2')).ask(`bob:${canary.password}`)).toMatch(WELCOME);
    },
  );

  it.skipIf(binary.unusable)(
    'E23: no secret appears in the output or in the process list, whatever a client sends',
    async () => {
      const secret = secretFile();
      const server = run('--log-level', 'trace', '--token-secret-file', secret);
      const { url } = await server.listening();
      const { password, token } = canary;
      for (const [number, text] of [
        RIGHT,
        `nobody:${password}`,
        `:${password}`,
        password,
        `Bearer ${token}`,
        `bearer ${token} ${token}`,
        `{"type":"authenticate","username":"ada","password":"${password}"}`,
        `ada:${password}${'x'.repeat(5_000)}`,
        Buffer.from(RIGHT),
      ].entries()) {
        const client = new Client(url, { localAddress: `127.0.5.${number + 1}` });
        await client.opened;
        client.socket.send(text);
        await client.heardOrClosed();
        client.socket.close();
        await client.closed;
      }
      // An invalid line that contains the secret.
      writeFileSync(file, `${readFileSync(file, 'utf8')}bob:${password}\n`);
      await server.event('users.problem');
      if (process.platform === 'linux') {
        const { pid } = server.process;
        expect(canary.isIn(readFileSync(`/proc/${pid}/cmdline`, 'utf8'))).toBe(false);
        expect(canary.isIn(readFileSync(`/proc/${pid}/environ`, 'utf8'))).toBe(false);
      }
      await server.event('session.authenticated');
      const { stdout, stderr } = await server.stop();
      expect(canary.isIn(stdout + stderr)).toBe(false);
    },
  );

  it.skipIf(binary.unusable)(
    'E22: an origin that tries to forge a log line is escaped and stays on one line',
    async () => {
      const server = run('--log-level', 'trace');
      const client = new Client((await server.listening()).url, {
        origin: 'http://x/\u009b31m","event":"forged',
      });
      await expect(client.opened).rejects.toThrow('403');
      await server.stop();
      expect(server.events.map(({ event }) => event)).not.toContain('forged');
      expect(server.stdout).not.toMatch(/[^\P{C}\n]|[\p{Zl}\p{Zp}]/u);
    },
  );

  it.skipIf(binary.unusable)(
    'A48: a page whose own name points to this server gets only the health check',
    async () => {
      const server = run('--allow-host', 'app.example');
      const { port } = await server.listening();
      const get = async (path: string, Host: string) => {
        const [response] = await once(httpGet({ port, path, headers: { Host }, agent: false }), 'response');
        response.resume();
        return response.statusCode;
      };
      const upgradeAs = async (Host: string) => {
        const { answer, client } = await handshake({ port }, { headers: { Host, Origin: `http://${Host}` } });
        client?.socket.destroy();
        return answer.status;
      };
      const evil = `evil.example:${port}`;
      expect([await upgradeAs(evil), await get('/', evil), await get('/healthz', evil)]).toEqual([
        421, 421, 200,
      ]);
      await server.event('upgrade.refused', { status: 421, host: evil });
      for (const host of ['app.example', `localhost:${port}`, `127.0.0.1:${port}`, 'x.localhost'])
        expect([await upgradeAs(host), await get('/', host)]).toEqual([101, 200]);
    },
  );

  it.skipIf(binary.unusable)(
    'A48: --allow-host with an invalid host name is refused and names the flag',
    async () => {
      const { code, stderr } = await runInProcess(binary.name, ['--allow-host', 'https://app.example']);
      expect(code).toBe(2);
      expect(stderr).toMatch(/: --allow-host must be host names without a port, .*, not "https:/);
    },
  );

  function secretFile(): string {
    const path = join(folder, 'secret');
    writeFileSync(path, `${canary.token}, a secret of more than 32 bytes`, { mode: 0o600 });
    return path;
  }
});
