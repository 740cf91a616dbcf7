/** A self-signed certificate for localhost and 127.0.0.1, made by openssl. */
import { execFileSync } from 'node:child_process';

export function whyNoCertificate(): string | undefined {
  try {
    execFileSync('openssl', ['version'], { stdio: 'ignore' });
    return undefined;
  } catch {
    return 'openssl is not installed';
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
