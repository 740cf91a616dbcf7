/** A certificate for localhost and 127.0.0.1, signed by itself, made by openssl; and why not, where there is none. */
import { execFileSync } from 'node:child_process';

export function whyNoCertificate(): string | undefined {
  try {
    execFileSync('openssl', ['version'], { stdio: 'ignore' });
    return undefined;
  } catch {
    console.warn('SKIPPED: the tests with TLS. There is no openssl');
    return 'there is no openssl to make a certificate with';
  }
}

export function makeCertificate(files: { readonly key: string; readonly cert: string }): void {
  const args =
    'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost';
  const names = ['-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
  execFileSync('openssl', [...args.split(' '), ...names, '-keyout', files.key, '-out', files.cert], {
    stdio: 'ignore',
  });
}
