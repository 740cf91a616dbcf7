/**
 * The log of both binaries with an app, under attack: no line has a credential of an upgrade request, a query, a cookie, or the payload
 * of a message or a request. `Running` looks for the canary in all output; here it is in all of them.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { handshake } from '@sallyport/conformance';
import { canary } from '@sallyport/core/testing/canary';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { binaries, Running } from './binary.ts';
import { Client } from './client.ts';

const folder = mkdtempSync(join(tmpdir(), 'sallyport-secrets-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Accepts the canary, wherever it comes from. Its handlers fail in every way, and none of its own errors quotes anything. */
const app = join(folder, 'app.mjs');
writeFileSync(
  app,
  `const schema = (isRight) => ({
  '~standard': { version: 1, vendor: 'test', validate: (value) => (isRight(value) ? { value } : { issues: [{ message: 'not ' + JSON.stringify(value) }] }) },
});
const isText = (value) => typeof value?.text === 'string';
export const contract = {
  requests: { echo: { params: schema(isText), result: schema(isText) }, wrong: { params: schema(isText), result: schema(() => false) }, fail: { params: schema(isText) } },
  messages: { client: schema(isText), server: schema(isText) },
};
export const requests = { echo: (params) => params, wrong: (params) => params, fail: () => { throw new Error('it failed'); } };
export const message = (data) => data;
export const application = () => { throw new Error('it failed'); };
export const context = ({ path, header, query, cookies }) => {
  if (path === '/fail') throw new Error('it failed');
  return { header: header('authorization'), query, cookies };
};
export const credentials = { authorization: true, subprotocol: 'bearer.', query: 'token', cookie: 'sid' };
export const authenticate = (given) => {
  const secret = given.password ?? given.token ?? given.value;
  if (secret.startsWith('fail')) throw new Error('it failed');
  return secret.startsWith('${canary.token}') ? { verdict: 'accepted', identity: { user: 'ada', expiresInMs: Infinity } } : { verdict: 'refused' };
};`,
);

const LONG = canary.token.padEnd(3_000, 'x');
const HOSTILE = `${canary.token}\u001b[2J\u0007`;
const JSON_PROTOCOL = { 'Sec-WebSocket-Protocol': 'sallyport.v1' };

type Attack = { readonly path?: string; readonly headers?: Record<string, string | string[]> };

/** Upgrade requests with the canary: accepted, refused, failing, malformed, too long. */
const attacks: readonly Attack[] = ['', 'wrong-', 'fail-'].flatMap((before) => {
  const secret = `${before}${canary.token}`;
  return [
    { path: `/?token=${secret}&room=${secret}` },
    { path: `/fail?token=${secret}` },
    { path: `/?token=${secret}&token=${secret}` },
    { path: `/?token=${before}${LONG}${LONG}` },
    { path: `/?token=${encodeURIComponent(`${before}${HOSTILE}`)}` },
    { headers: { Cookie: `sid=${secret}; theme=${secret}` } },
    { headers: { Cookie: [`sid=${before}${LONG}`, `sid=${secret}`] } },
    { headers: { Cookie: `sid=${encodeURIComponent(`${before}${HOSTILE}\n{"event":"forged"}`)}` } },
    { headers: { Cookie: `sid=${secret}`, Origin: 'https://evil.example' } },
    { headers: { Authorization: `Bearer ${secret}` } },
    { headers: { Authorization: [`Bearer ${secret}`, `Bearer ${secret}`] } },
    { headers: { Authorization: `Bearer ${secret} ${secret}` } },
    { headers: { Authorization: `Basic ${btoa(`ada:${secret}`)}` } },
    { headers: { Authorization: `Basic ${canary.password}%%` } },
    { headers: { Authorization: `Bearer ${secret}`, Host: [`a.example`, `b.example`] } },
    { headers: { 'Sec-WebSocket-Protocol': `sallyport.v1, bearer.${secret}` } },
    { headers: { 'Sec-WebSocket-Protocol': `BEARER.${secret}` } },
    { headers: { 'Sec-WebSocket-Protocol': `sallyport.v1, bearer.${secret}, bearer.${secret}` } },
  ];
});

const payloads = [
  ...['echo', 'wrong', 'fail', 'unknown'].flatMap((method, index) =>
    [{ text: HOSTILE }, { text: 7, also: HOSTILE }, HOSTILE, LONG].map((params, more) => ({
      type: 'request',
      id: 10 * index + more + 1,
      method,
      params,
    })),
  ),
  { type: 'message', data: { text: HOSTILE } },
  { type: 'message', data: HOSTILE },
  { type: 'message', data: LONG },
];

describe.each(binaries.map((binary) => [binary.name, binary] as const))('%s --app', (_name, binary) => {
  it.skipIf(binary.unusable)(
    'E23: no line has a credential of an upgrade request, a query, a cookie or a payload',
    async () => {
      const server = new Running(binary, ['--port', '0', '--app', app, '--log-level', 'trace']);
      onTestFinished(() => void server.process.kill('SIGKILL'));
      const { port, url } = await server.listening();
      const statuses = new Set<number>();
      for (const { path, headers } of attacks) {
        const { answer, client } = await handshake(
          { port },
          { ...(path && { path }), headers: { ...JSON_PROTOCOL, ...headers } },
        );
        statuses.add(answer.status);
        client?.socket.destroy();
      }
      // Every kind of outcome came: signed in or refused, malformed, a page of another site, a context that throws.
      expect([...statuses]).toEqual(expect.arrayContaining([101, 400, 403, 500]));

      const client = new Client(`${url}/?token=${canary.token}`, {}, ['sallyport.v1']);
      await client.opened;
      await expect.poll(() => client.heard.length, { timeout: 30_000 }).toBe(1);
      for (const payload of payloads) await client.ask(JSON.stringify(payload));
      client.socket.send(JSON.stringify({ type: 'message', text: HOSTILE }));
      expect(await client.closed).toMatchObject({ code: 1011 });

      const malformed = new Client(`${url}/?token=${canary.token}`, {}, ['sallyport.v1']);
      await malformed.opened;
      malformed.socket.send(`{"type":"request","id":"${canary.token}"}`);
      expect(await malformed.closed).toMatchObject({ code: 4400 });

      for (const path of [`/?token=${canary.token}`, `/nothing?token=${canary.token}`])
        await fetch(`http://127.0.0.1:${port}${path}`, { headers: { cookie: `sid=${canary.token}` } });

      // `stop` throws if the output has the canary.
      const { code, stdout } = await server.stop();
      expect(code).toBe(0);
      const names = new Set(server.events.map(({ event }) => event));
      expect([...names]).toEqual(expect.arrayContaining(['session.authenticated', 'session.refused']));
      // The faults are there, so that the test would notice what they quote.
      for (const words of ['it failed', 'the result of wrong']) expect(stdout).toContain(words);
      expect(names.has('forged')).toBe(false);
    },
    120_000,
  );
});
