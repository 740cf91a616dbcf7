/**
 * Stories of the serve form: what both servers of this repository do beyond an adapter's duties, such as listening, TLS, plain
 * HTTP, upgrade requests and the text protocol. They are not published, because other adapters need no serve form.
 *
 * They use real sockets and the system's clock. A test calls `servingStories('name', adapter)`. The duties of every adapter are
 * in the kit (`../index.ts`).
 */
import { describe } from 'vitest';
import type { Adapter } from './adapter.ts';
import { applicationStories } from './stories/application.ts';
import { bodySizeStories } from './stories/body-sizes.ts';
import { channelStories } from './stories/channels.ts';
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
import { requestContextStories } from './stories/request-context.ts';
import { requestSignInStories } from './stories/request-sign-in.ts';
import { requestStories } from './stories/requests.ts';
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
    requestContextStories(adapter);
    requestSignInStories(adapter);
    requestStories(adapter);
    channelStories(adapter);
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
