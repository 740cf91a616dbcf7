/**
 * Admission control: which clients one server accepts. It holds the server's hosts, origins, proxies and the limit on unauthenticated
 * sessions, decides on each upgrade request, and reports those that it refuses.
 *
 * Proven by: test/admission/admission.test.ts, test/admission/request-reader.test.ts, test/session/crowds.test.ts.
 */
import type { Protocol } from '@sallyport/protocol';
import type { Limits } from '../limits.ts';
import { checkOrigins, type SessionsOptions } from '../options.ts';
import type { Peer } from '../ports/connection.ts';
import { type Counters, type FaultSource, type Observer, promiseOf } from '../ports/observer.ts';
import { type Admission, type AdmissionContext, admit, peerOf, refusal } from './admission.ts';
import { Hosts } from './hosts.ts';
import { LastAdmitted } from './last-admitted.ts';
import { Origins } from './origins.ts';
import { Proxies } from './proxies.ts';
import { type RequestOptions, RequestReader, type RequestReading } from './request-reader.ts';
import { UnauthenticatedLimit } from './unauthenticated-limit.ts';
import type { UpgradeRequest } from './upgrade-request.ts';

/** What admission control needs of its server. */
export interface AdmissionServer {
  readonly limits: Limits;
  readonly protocols: readonly Protocol[];
  /** The number of sessions that have not ended. */
  readonly size: number;
  readonly isDraining: boolean;
  readonly counters: Counters;
  readonly observe: Observer;
  /** Reports an error of user code. */
  fault(source: FaultSource, error: unknown, session: undefined): void;
}

type AdmissionOptions = Pick<SessionsOptions, 'origins' | 'allowedHosts' | 'trustedProxies' | 'chance'>;

export class AdmissionControl implements AdmissionContext {
  readonly limits: Limits;
  readonly protocols: readonly Protocol[];
  readonly origins: Origins;
  readonly hosts: Hosts;
  readonly unauthenticatedLimit: UnauthenticatedLimit;
  readonly lastAdmitted = new LastAdmitted();
  readonly #proxies: Proxies;
  readonly #readers: RequestReader[] = [];
  readonly #server: AdmissionServer;

  constructor(options: AdmissionOptions, server: AdmissionServer) {
    this.limits = server.limits;
    this.protocols = server.protocols;
    this.origins = new Origins(options.origins ?? []);
    this.hosts = new Hosts(options.allowedHosts);
    this.unauthenticatedLimit = new UnauthenticatedLimit(server.limits, options.chance);
    this.#proxies = new Proxies(options.trustedProxies ?? []);
    this.#server = server;
  }

  get size(): number {
    return this.#server.size;
  }

  get isDraining(): boolean {
    return this.#server.isDraining;
  }

  /** See `Sessions.requestReader`. */
  requestReader(options: RequestOptions, isSecure: boolean): RequestReader | undefined {
    if (options.context === undefined && options.credentials === undefined) return undefined;
    const { origins, protocols, limits } = this;
    const reader = new RequestReader(options, { origins, protocols, limits, isSecure });
    this.#readers.push(reader);
    return reader;
  }

  /** See `Sessions.changeOrigins`. */
  changeOrigins(listed: readonly string[]): void {
    checkOrigins(listed);
    const origins = new Origins([...listed]);
    for (const reader of this.#readers) reader.checkOrigins(origins);
    this.origins.become(origins);
    this.lastAdmitted.forget();
  }

  /** Decides on an upgrade request. Counts and reports a refusal. */
  admit(given: UpgradeRequest, reading?: RequestReading): Admission {
    const peer = peerOf(given, this.#proxies);
    const decided = admit(given, peer, this);
    const admission = 'protocol' in decided && reading ? this.#read(decided, given, reading) : decided;
    if ('protocol' in admission) return admission;
    const request = reading?.reader.withoutSecrets(given) ?? given;
    const { counters, observe } = this.#server;
    counters.upgradeRefused += 1;
    try {
      const result: unknown = observe.upgradeRefused?.(request, admission.status, peer);
      promiseOf(result)?.then(undefined, (error) => this.#fault('observer', error));
    } catch (error) {
      this.#fault('observer', error);
    }
    return admission;
  }

  /** The client's address of a plain HTTP request. See `Sessions.clientAddress`. */
  clientAddress(address: string, forwardedFor: string | undefined): string {
    return this.#proxies.clientOf(address, forwardedFor);
  }

  #read(
    admitted: Extract<Admission, { readonly peer: Peer }>,
    request: UpgradeRequest,
    { reader, raw }: RequestReading,
  ): Admission {
    const outcome = reader.read(admitted, request, raw);
    if ('protocol' in outcome) return outcome;
    if ('cause' in outcome) this.#fault('context', outcome.cause);
    return refusal(outcome.status, outcome.text);
  }

  #fault(source: FaultSource, error: unknown): void {
    this.#server.fault(source, error, undefined);
  }
}
