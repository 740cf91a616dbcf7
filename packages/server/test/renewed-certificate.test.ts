/** Each way in which tools renew a certificate, with both binaries: what a new connection then gets, and what the log says. */
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { cert, key, otherKey } from '@sallyport/conformance/serving';
import { makeCertificate, whyNoCertificate } from '@sallyport/test-fixtures/certificate';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { binaries, Running } from './binary.ts';
import { Client } from './client.ts';

let folder: string;
let server: Running | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sallyport-'));
});
afterEach(async () => {
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** The fingerprint of the certificate that a new connection gets. */
function served(url: string): Promise<string> {
  const { port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port: Number(port), rejectUnauthorized: false }, () => {
      resolve(socket.getPeerCertificate().fingerprint256);
      socket.destroy();
    });
    socket.on('error', reject);
  });
}

describe.each(binaries.map((binary) => [binary.name, binary] as const))('%s', (_name, binary) => {
  describe.skipIf(binary.unusable ?? whyNoCertificate())('the server', () => {
    async function started(files: { cert: string; key: string }) {
      server = new Running(binary, ['--port', '0', '--tls-cert', files.cert, '--tls-key', files.key]);
      const { url } = await server.listening();
      const client = new Client(url, { rejectUnauthorized: false });
      await client.opened;
      return { server, url, client, first: await served(url) };
    }

    async function expectRenewed({ server, url, client, first }: Awaited<ReturnType<typeof started>>) {
      await server.event('tls.changed', { level: 'info' });
      expect(await served(url)).not.toBe(first);
      // An open session goes on.
      expect(await client.ask('admin:123456')).toMatch(/^congratulation/);
      client.socket.close();
    }

    it('serves a certificate that was renewed by renaming new files over the old ones', async () => {
      const files = { cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem') };
      makeCertificate(files);
      const before = await started(files);
      const next = { cert: join(folder, 'cert.new'), key: join(folder, 'key.new') };
      makeCertificate(next);
      renameSync(next.key, files.key);
      renameSync(next.cert, files.cert);
      await expectRenewed(before);
    });

    it('serves a certificate that was renewed in place', async () => {
      const files = { cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem') };
      makeCertificate(files);
      const before = await started(files);
      makeCertificate(files);
      await expectRenewed(before);
    });

    it('serves a certificate of a Kubernetes secret, where the symlink ..data is swapped', async () => {
      const version = (name: string) => {
        mkdirSync(join(folder, name));
        makeCertificate({ cert: join(folder, name, 'tls.crt'), key: join(folder, name, 'tls.key') });
        return name;
      };
      symlinkSync(version('..2026_01'), join(folder, '..data'));
      for (const name of ['tls.crt', 'tls.key']) symlinkSync(join('..data', name), join(folder, name));
      const before = await started({ cert: join(folder, 'tls.crt'), key: join(folder, 'tls.key') });
      symlinkSync(version('..2026_02'), join(folder, '..data_tmp'));
      renameSync(join(folder, '..data_tmp'), join(folder, '..data'));
      rmSync(join(folder, '..2026_01'), { recursive: true });
      await expectRenewed(before);
    });

    it.each([
      ['a file that holds no certificate', 'cert.pem', 'broken'],
      ['a certificate of another key', 'key.pem', otherKey],
      ['an empty file', 'cert.pem', ''],
    ])(
      'keeps the certificate in service and logs an error about %s, until usable files come',
      async (_, name, content) => {
        const files = { cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem') };
        writeFileSync(files.cert, cert);
        writeFileSync(files.key, key);
        const before = await started(files);
        writeFileSync(join(folder, name), content);
        expect(await before.server.event('tls.problem', { level: 'error' })).toMatchObject({
          msg: expect.stringMatching(/pem .*; the certificate in service stays$/),
        });
        expect(await served(before.url)).toBe(before.first);
        before.server.process.kill('SIGHUP');
        await before.server.event('reload.ended');
        expect(await served(before.url)).toBe(before.first);
        makeCertificate(files);
        await expectRenewed(before);
      },
    );
  });
});
