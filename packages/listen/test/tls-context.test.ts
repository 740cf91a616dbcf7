/** The TLS files in service, and their replacement. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cert, key, otherCert, otherKey } from '@sallyport/conformance/serving';
import { expect, it, onTestFinished } from 'vitest';
import { TlsContext } from '../src/tls-context.ts';

function renewable() {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const files = { key: join(folder, 'key.pem'), cert: join(folder, 'cert.pem') };
  const write = (keyText: string, certText: string) => {
    writeFileSync(files.key, keyText);
    writeFileSync(files.cert, certText);
  };
  write(key, cert);
  return { tls: new TlsContext(files), write };
}

it('reload() serves changed TLS files once', async () => {
  const { tls, write } = renewable();
  const served: string[] = [];
  const serve = ({ cert: bytes }: { cert: Buffer }) => void served.push(String(bytes));
  expect(await tls.reload(serve)).toMatchObject({ isChanged: false });
  write(otherKey, otherCert);
  expect(await tls.reload(serve)).toMatchObject({ isChanged: true });
  expect(await tls.reload(serve)).toMatchObject({ isChanged: false });
  expect(served).toEqual([otherCert]);
  expect(String(tls.content?.cert)).toBe(otherCert);
});

it('reload() keeps the old TLS files if the new ones cannot be served, and the next call tries again', async () => {
  const { tls, write } = renewable();
  write(otherKey, otherCert);
  await expect(tls.reload(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(String(tls.content?.cert)).toBe(cert);
  expect(await tls.reload(() => {})).toMatchObject({ isChanged: true });
});

it('two calls of reload() run one after the other', async () => {
  const { tls, write } = renewable();
  write(otherKey, otherCert);
  let finish = () => {};
  const first = tls.reload(() => new Promise((resolve) => (finish = resolve)));
  const second = tls.reload(() => {
    throw new Error('the first has served these files');
  });
  await new Promise((resolve) => setImmediate(resolve));
  finish();
  expect(await first).toMatchObject({ isChanged: true });
  expect(await second).toMatchObject({ isChanged: false });
});

it('reload() without TLS files is an error', async () => {
  const tls = new TlsContext(undefined);
  expect(tls.content).toBeUndefined();
  await expect(tls.reload(() => {})).rejects.toMatchObject({ code: 'ERR_TLS' });
});
