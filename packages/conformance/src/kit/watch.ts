/** Watches an adapter: taps its connections, and records its calls of `admit` and its violations. */
import type {
  Admission,
  Connection,
  NewPeer,
  Receiver,
  RequestReading,
  Sessions,
  UpgradeRequest,
} from '@sallyport/core';
import type { Credentials, Protocol } from '@sallyport/protocol';
import { formatValue, type Journal } from './journal.ts';
import { Tap, type Tapped } from './tap.ts';
import { type Violation, watched } from './watched.ts';

/** One call of `admit`: the request and the result. */
export interface AdmitCall {
  readonly request: UpgradeRequest;
  readonly admission: Admission;
}

export class Watch {
  readonly journal: Journal;
  readonly violations: Violation[] = [];
  readonly taps: Tap[] = [];
  /** The adapter's calls of `admit`. */
  readonly admitCalls: AdmitCall[] = [];

  constructor(journal: Journal) {
    this.journal = journal;
  }

  /** Returns the same sessions, watched. With `receiverOf`, connections go to that receiver, and the sessions never see them. */
  tap(sessions: Sessions, receiverOf?: (connection: Connection, tapped: Tapped) => Receiver): Sessions {
    const open = (
      connection: Connection,
      peer: NewPeer,
      protocol?: Protocol,
      credentials?: Credentials,
    ): Receiver => {
      this.#expectAdmitted();
      const tap = new Tap(connection, peer, protocol, this);
      this.taps.push(tap);
      tap.receiver = receiverOf ? receiverOf(tap, tap) : sessions.open(tap, peer, protocol, credentials);
      return tap;
    };
    const admit = (request: UpgradeRequest, reading?: RequestReading): Admission => {
      if (typeof request.address !== 'string')
        this.violations.push({ duty: watched.address, what: '`admit` was given no `address`' });
      const admission = sessions.admit(request, reading);
      this.journal.write('adapter', `admit(${formatValue(request)}) → ${verdictOf(admission)}`);
      this.admitCalls.push({ request, admission });
      return admission;
    };
    // A proxy: the sessions answer all other calls of the adapter.
    return new Proxy(sessions, {
      get(target, name) {
        if (name === 'open') return open;
        if (name === 'admit') return admit;
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
  }

  #expectAdmitted(): void {
    const admitted = this.admitCalls.filter(({ admission }) => 'protocol' in admission).length;
    if (this.taps.length >= admitted)
      this.violations.push({
        duty: watched.admitted,
        what: '`open` was called for a connection that `admit` had not let in',
      });
  }
}

const verdictOf = (admission: Admission) =>
  'protocol' in admission
    ? `in, speaking ${admission.protocol.name}`
    : `${admission.status} ${admission.text}`;
