/** The adapter passes the conformance kit with the capabilities of lines, over TCP and over TLS. */
import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { createServer as createSecureServer } from 'node:tls';
import { type Capabilities, describeAdapter, type Start } from '@sallyport/conformance';
import { expect, it } from 'vitest';
import { attach } from '../src/adapter.ts';
import { cert, key } from './certificate.ts';
import { linePeer } from './line-peer.ts';

const lines: Capabilities = {
  requests: false,
  addresses: true,
  binary: false,
  lineBreaks: false,
  fragments: false,
  rules: false,
  ping: false,
  closeCodes: false,
  requestOptions: false,
  waitsForClose: true,
};

const serving =
  (server: () => Server, ca?: string): Start =>
  async (sessions) => {
    const listening = server();
    attach(listening, sessions);
    // Without a host: IPv4 addresses then come in IPv6 form, where there is IPv6.
    await new Promise<void>((resolve) => listening.listen(0, resolve));
    const { port } = listening.address() as AddressInfo;
    return {
      connect: (onArrival) => linePeer(port, ca, onArrival),
      close: () => void listening.close(),
    };
  };

describeAdapter(
  'lines over TCP',
  serving(() => createServer({ allowHalfOpen: true })),
  lines,
);
describeAdapter(
  'lines over TLS',
  serving(() => createSecureServer({ allowHalfOpen: true, key, cert }), cert),
  lines,
  { paths: false },
);

it('the adapter for lines is short', () => {
  const source = readFileSync(new URL('../src/adapter.ts', import.meta.url), 'utf8');
  expect(source.trimEnd().split('\n').length).toBeLessThan(120);
});
