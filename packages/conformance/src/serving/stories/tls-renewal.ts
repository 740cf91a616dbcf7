/** Stories of a certificate that is renewed while the server runs. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { freePort } from '@sallyport/test-fixtures/free-port';
import { describe, expect, it, onTestFinished } from 'vitest';
import { connect, openSocket } from '../../wire/client.ts';
import type { Adapter, ServeOptions } from '../adapter.ts';
import { serveSessions } from '../served-sessions.ts';
import { cert, expiredCert, key, otherCert, otherKey } from '../test-certificate.ts';
import { ACCEPTED, echoed, RIGHT } from '../tutorial.ts';

export function tlsRenewalStories(adapter: Adapter): void {
  const open = async (options: Partial<ServeOptions> = {}) => {
    const folder = mkdtempSync(join(tmpdir(), 'sallyport-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const tls = { key: join(folder, 'key.pem'), cert: join(folder, 'cert.pem') };
    const write = (keyText: string, certText: string) => {
      writeFileSync(tls.key, keyText);
      writeFileSync(tls.cert, certText);
    };
    write(key, cert);
    return { ...(await serveSessions(adapter, {}, { tls, ...options })), write, tls };
  };
  const nameAt = async (port: number, ca: string) => {
    const socket = (await openSocket({ port, ca })) as TLSSocket;
    const { CN } = socket.getPeerCertificate().subject;
    socket.destroy();
    return CN;
  };

  describe('a renewed certificate', () => {
    it.each([0, undefined])(
      'new connections get the renewed certificate, and open ones go on (port %s)',
      async (port) => {
        const first = await open(port === 0 ? {} : { port: await freePort() });
        const before = await connect({ port: first.port, ca: cert });
        expect(await before.ask(RIGHT)).toBe(ACCEPTED);
        expect(await first.listening.reloadTls()).toMatchObject({ isChanged: false });
        for (const [keyText, certText, name] of [
          [otherKey, otherCert, 'sallyport test only, renewed'],
          [key, cert, 'sallyport test only'],
          [otherKey, otherCert, 'sallyport test only, renewed'],
        ] as const) {
          first.write(keyText, certText);
          expect(await first.listening.reloadTls()).toEqual({
            isChanged: true,
            expiresAt: Date.UTC(2120, 0, 1),
          });
          expect(await nameAt(first.port, certText)).toBe(name);
        }
        expect(await before.ask('hello')).toBe(echoed('hello'));
        const after = await connect({ port: first.port, ca: otherCert });
        expect(await after.ask(RIGHT)).toBe(ACCEPTED);
        const closed = first.listening.close();
        expect((await before.ended).code).toBe(1012);
        expect((await after.ended).code).toBe(1012);
        await closed;
        await expect(openSocket({ port: first.port })).rejects.toThrow('ECONNREFUSED');
      },
    );

    it.each([
      ['does not belong to its key', otherKey, cert, 'cert.pem does not belong to the key'],
      ['has expired', key, expiredCert, 'cert.pem expired on'],
      ['is half written', key, cert.slice(0, 100), 'cert.pem holds no certificate'],
    ])(
      'a certificate that %s is refused: the error names the file, and the old one stays in service',
      async (...story) => {
        const [, keyText, certText, message] = story;
        const { port, listening, write } = await open();
        write(keyText, certText);
        const error = await listening.reloadTls().catch((reason: unknown) => reason);
        expect(error).toMatchObject({ name: 'ServeError', code: 'ERR_TLS' });
        expect((error as Error).message).toContain(message);
        expect(await nameAt(port, cert)).toBe('sallyport test only');
        write(otherKey, otherCert);
        expect(await listening.reloadTls()).toMatchObject({ isChanged: true });
        expect(await nameAt(port, otherCert)).toBe('sallyport test only, renewed');
      },
    );

    it('a server without TLS cannot load a certificate', async () => {
      const { listening } = await open({ tls: undefined });
      await expect(listening.reloadTls()).rejects.toMatchObject({ code: 'ERR_TLS' });
    });
  });
}
