/** nginx and haproxy with the configurations of `deploy/`: TLS, two servers behind, on free loopback ports. */
import { execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeCertificate } from '../fixtures/src/certificate.ts';
import { startProxy } from './proxies.ts';

export interface DeployedProxy {
  readonly port: number;
  stop(): Promise<void>;
}

export interface Deployed {
  readonly name: 'nginx' | 'haproxy';
  /** Whether it carries WebSockets over HTTP/2 (RFC 8441). */
  readonly hasHttp2Sockets: boolean;
  /** Starts the proxy in front of the servers with these ports. `idle` replaces the time after which it cuts a quiet connection. */
  start(one: number, other: number, options?: { readonly idle?: string }): Promise<DeployedProxy>;
}

/** The time after which both cut a quiet connection, as their files have it. */
const IDLE = '120s';

export const deployed: readonly Deployed[] = [
  {
    name: 'nginx',
    hasHttp2Sockets: false,
    start: (one, other, { idle = IDLE } = {}) =>
      startProxy('nginx', async (folder, port) => {
        const site = await configuration('nginx/sallyport.conf', {
          '127.0.0.1:5678': `127.0.0.1:${one}`,
          '127.0.0.1:5688': `127.0.0.1:${other}`,
          'listen 443': `listen 127.0.0.1:${port}`,
          '/etc/nginx/': `${folder}/`,
          [IDLE]: idle,
        });
        makeCertificate({ key: join(folder, 'sallyport-key.pem'), cert: join(folder, 'sallyport-cert.pem') });
        await writeFile(join(folder, 'sallyport.conf'), site);
        const file = join(folder, 'nginx.conf');
        await writeFile(file, mainFile(folder));
        return ['-p', folder, '-c', file, '-e', 'stderr'];
      }),
  },
  {
    name: 'haproxy',
    hasHttp2Sockets: true,
    start: (one, other, { idle = IDLE } = {}) =>
      startProxy('haproxy', async (folder, port) => {
        const files = { key: join(folder, 'key.pem'), cert: join(folder, 'cert.pem') };
        makeCertificate(files);
        const both = await Promise.all([files.cert, files.key].map((path) => readFile(path, 'utf8')));
        await writeFile(join(folder, 'sallyport.pem'), both.join(''));
        const file = join(folder, 'haproxy.cfg');
        await writeFile(
          file,
          await configuration('haproxy/haproxy.cfg', {
            '127.0.0.1:5678': `127.0.0.1:${one}`,
            '127.0.0.1:5688': `127.0.0.1:${other}`,
            'bind :443': `bind 127.0.0.1:${port}`,
            '/etc/haproxy/': `${folder}/`,
            [IDLE]: idle,
          }),
        );
        // A warning is a mistake of the configuration, too.
        execFileSync('haproxy', ['-c', '-dW', '-f', file], { stdio: 'pipe' });
        return ['-db', '-f', file];
      }),
  },
];

/** The file, with each text on the left replaced. Throws if one is missing: then the file has changed. */
async function configuration(path: string, replaced: Readonly<Record<string, string>>): Promise<string> {
  let text = await readFile(new URL(`../../deploy/${path}`, import.meta.url), 'utf8');
  for (const [from, to] of Object.entries(replaced)) {
    if (!text.includes(from)) throw new Error(`deploy/${path} does not have ${from}`);
    text = text.replaceAll(from, to);
  }
  return text;
}

/** What Debian's own nginx.conf has around a site. */
function mainFile(folder: string): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  return `daemon off;
master_process off;
pid ${folder}/nginx.pid;
error_log stderr;
events {}
http {
  access_log off;
${temporary.map((name) => `  ${name}_temp_path ${folder}/${name};`).join('\n')}
  include ${folder}/sallyport.conf;
}
`;
}
