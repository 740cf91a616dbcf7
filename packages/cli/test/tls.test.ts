/** `--ca` and `--insecure`: whose certificates are trusted. */
import { writeFileSync } from 'node:fs';
import { accept, createSessions, refuse } from '@sallyport/core';
import { makeCertificate, whyNoCertificate } from '@sallyport/test-fixtures/certificate';
import { type Listening, serve, systemClock } from '@sallyport/ws';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pipe } from './pipe.ts';
import { scratch } from './scratch.ts';

const obstacle = whyNoCertificate();
if (obstacle) console.warn(`SKIPPED: --ca and --insecure. ${obstacle}`);

const TALK = 'ada:lovelace\nhello\n';
const at = scratch();
let listening: Listening;

describe.skipIf(obstacle)('A certificate of an unknown authority', () => {
  beforeEach(async () => {
    makeCertificate({ key: at('key.pem'), cert: at('cert.pem') });
    const sessions = createSessions({
      clock: systemClock,
      authenticate: (given) =>
        given.type === 'password' && given.username === 'ada' ? accept('ada') : refuse(),
    });
    const tls = { key: at('key.pem'), cert: at('cert.pem') };
    listening = await serve(sessions, { host: '127.0.0.1', port: 0, tls });
  });
  afterEach(() => listening.close());

  it('is refused, and the error names the option to trust it', async () => {
    const { code, stderr } = await pipe(['connect', listening.url], TALK);
    expect(code).toBe(3);
    expect(stderr).toMatch(/^sallyport: [^\n]*certificate is not trusted \([A-Z_]+\); [^\n]*--ca FILE\n$/);
  });

  it('is trusted by --ca', async () => {
    const { code, stdout, stderr } = await pipe(
      ['connect', listening.url, '-q', '--ca', at('cert.pem')],
      TALK,
    );
    expect([code, stdout, stderr]).toEqual([0, 'your submit context: hello\n', '']);
  });

  it('is accepted by --insecure, with a warning', async () => {
    const { code, stdout, stderr } = await pipe(['connect', listening.url, '-q', '--insecure'], TALK);
    expect([code, stdout]).toEqual([0, 'your submit context: hello\n']);
    expect(stderr).toBe('sallyport: --insecure: the certificate of the server is not checked\n');
  });

  it('is refused for another name', async () => {
    const url = listening.url.replace('127.0.0.1', '127.0.0.2');
    const { code, stderr } = await pipe(['connect', url, '--ca', at('cert.pem')], TALK);
    expect(code).toBe(3);
    expect(stderr).toMatch(/certificate is not for 127\.0\.0\.2|refused the connection/);
  });

  it('is not needed to learn that ws:// is the wrong scheme', async () => {
    const { code, stderr } = await pipe(['connect', listening.url.replace('wss:', 'ws:')], TALK);
    expect(code).toBe(3);
    expect(stderr).toMatch(/use wss:\/\//);
  });
});

it.each([
  [['ws://127.0.0.1:1', '--insecure'], /--insecure is for wss:/],
  [['wss://127.0.0.1:1', '--insecure', '--ca', 'x'], /exclude each other/],
  [['wss://127.0.0.1:1', '--ca', 'nowhere.pem'], /--ca: nowhere\.pem cannot be read \(ENOENT\)/],
])('sallyport connect refuses %j', async (args, what) => {
  const { code, stderr } = await pipe(['connect', ...args]);
  expect([code, stderr]).toEqual([2, expect.stringMatching(what)]);
});

it('--ca with a file without a certificate is refused', async () => {
  writeFileSync(at('no.pem'), 'nothing');
  const { code, stderr } = await pipe(['connect', 'wss://127.0.0.1:1', '--ca', at('no.pem')]);
  expect([code, stderr]).toEqual([2, expect.stringMatching(/no certificate in PEM format/)]);
});
