/**
 * The last upgrade request that passed the checks of its own headers. Most clients of a server send the same ones, and the answer to the same
 * headers is the same. It remembers only those that were admitted, and no address: the limits are checked for each request.
 *
 * Proven by: test/admission/admission.test.ts.
 */
import type { Protocol } from '@sallyport/protocol';
import type { UpgradeRequest } from './upgrade-request.ts';

/** The headers on which the answer depends, and the protocol that both sides agree on. */
export interface Agreed {
  readonly host: string | undefined;
  readonly origin: string | undefined;
  readonly protocols: string | undefined;
  readonly version: string | undefined;
  readonly protocol: Protocol;
}

export class LastAdmitted {
  #last: Agreed | undefined;

  /** What the last request agreed on, if this one has the same headers. */
  like({ problem, host, origin, protocols, version }: UpgradeRequest): Agreed | undefined {
    const last = this.#last;
    if (!last || problem !== undefined) return undefined;
    const isLike =
      host === last.host &&
      origin === last.origin &&
      protocols === last.protocols &&
      version === last.version;
    return isLike ? last : undefined;
  }

  remember({ host, origin, protocols, version }: UpgradeRequest, protocol: Protocol): Agreed {
    this.#last = { host, origin, protocols, version, protocol };
    return this.#last;
  }

  /** The rules have changed. */
  forget(): void {
    this.#last = undefined;
  }
}
