/**
 * Stories of the serve form: what the servers of this repository do alike beyond the port, such as listening, TLS, plain
 * HTTP, upgrade requests and the words of the text protocol. Not published: nobody else has to have such a form.
 *
 * For the tests of our adapters, with real sockets, real words and the system's clock. A test says
 * `servingStories('name', adapter)`. What every adapter owes to the core is the kit's (`../index.ts`).
 */
import { describe } from 'vitest';
import type { Adapter } from './adapter.ts';
import { applicationStories } from './stories/application.ts';
import { bodySizeStories } from './stories/body-sizes.ts';
import { crowdStories } from './stories/crowds.ts';
import { endingStories } from './stories/endings.ts';
import { handshakeStories } from './stories/handshake.ts';
import { hardshipStories } from './stories/hardship.ts';
import { httpStories } from './stories/http.ts';
import { httpBodyStories } from './stories/http-bodies.ts';
import { httpLimitStories } from './stories/http-limits.ts';
import { jsonStories } from './stories/json.ts';
import { lateVerdictStories } from './stories/late-verdicts.ts';
import { limitStories } from './stories/limits.ts';
import { listeningStories } from './stories/listening.ts';
import { oddCredentialStories } from './stories/odd-credentials.ts';
import { proxyStories } from './stories/proxies.ts';
import { signInStories } from './stories/sign-in.ts';
import { slowPeerStories } from './stories/slow-peers.ts';
import { tlsRenewalStories } from './stories/tls-renewal.ts';
import { unixSocketStories } from './stories/unix-sockets.ts';

export type { Adapter } from './adapter.ts';
export { nativeLibrary } from './native-library.ts';
export { cert, expiredCert, key, otherCert, otherKey } from './test-certificate.ts';
export { ACCEPTED, authenticate, ECHO, REFUSED, RIGHT } from './tutorial.ts';

export function servingStories(name: string, adapter: Adapter): void {
  describe(`${name}, serving`, () => {
    handshakeStories(adapter);
    signInStories(adapter);
    oddCredentialStories(adapter);
    lateVerdictStories(adapter);
    jsonStories(adapter);
    limitStories(adapter);
    crowdStories(adapter);
    proxyStories(adapter);
    applicationStories(adapter);
    slowPeerStories(adapter);
    hardshipStories(adapter);
    endingStories(adapter);
    httpStories(adapter);
    httpBodyStories(adapter);
    httpLimitStories(adapter);
    bodySizeStories(adapter);
    listeningStories(adapter);
    unixSocketStories(adapter);
    tlsRenewalStories(adapter);
  });
}
