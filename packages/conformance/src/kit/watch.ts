/** The watch over an adapter: taps each of its connections, and keeps what it has asked and which duties are broken. */
import type { Admission, Connection, Peer, Receiver, Sessions, UpgradeRequest } from '@sallyport/core';
import type { Protocol } from '@sallyport/protocol';
import { formatValue, type Journal } from './journal.ts';
import { Tap, type Tapped } from './tap.ts';
import { type Violation, watched } from './watched.ts';

/** One request, as the adapter asked about it. */
export interface Asked {
  readonly request: UpgradeRequest;
  readonly admission: Admission;
}

export class Watch {
  readonly journal: Journal;
  readonly violations: Violation[] = [];
  readonly taps: Tap[] = [];
  /** What the adapter asked of each request, and what it was told. */
  readonly asked: Asked[] = [];

  constructor(journal: Journal) {
    this.journal = journal;
  }

  /** The same sessions, watched. With `nobody`, connections are opened to that receiver and never reach the sessions. */
  tap(sessions: Sessions, nobody?: (connection: Connection, tapped: Tapped) => Receiver): Sessions {
    const open = (connection: Connection, peer: Peer, protocol?: Protocol): Receiver => {
      this.#expectAdmitted();
      const tap = new Tap(connection, peer, protocol, this);
      this.taps.push(tap);
      tap.receiver = nobody ? nobody(tap, tap) : sessions.open(tap, peer, protocol);
      return tap;
    };
    const admit = (request: UpgradeRequest): Admission => {
      if (typeof request.address !== 'string')
        this.violations.push({ duty: watched.address, what: '`admit` was given no `address`' });
      const admission = sessions.admit(request);
      this.journal.write('adapter', `admit(${formatValue(request)}) → ${verdictOf(admission)}`);
      this.asked.push({ request, admission });
      return admission;
    };
    // A proxy, so that whatever else an adapter asks of sessions is theirs to answer.
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
    const admitted = this.asked.filter(({ admission }) => 'protocol' in admission).length;
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
