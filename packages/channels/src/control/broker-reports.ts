/** What a broker reports, for the channels of the app and for the logs of the control. Proven by: test/control/*.test.ts. */
import type { BrokerReceiver, StoredPublication } from '../broker/broker.ts';
import { isControlLog } from './control-logs.ts';

export class BrokerReports implements BrokerReceiver {
  readonly #channels: BrokerReceiver;
  readonly #control: BrokerReceiver;

  constructor(channels: BrokerReceiver, control: BrokerReceiver) {
    this.#channels = channels;
    this.#control = control;
  }

  publicationArrived(channel: string, epoch: string, publication: StoredPublication): void {
    const receiver = isControlLog(channel) ? this.#control : this.#channels;
    receiver.publicationArrived(channel, epoch, publication);
  }

  interrupted(reason?: string): void {
    this.#control.interrupted(reason);
    this.#channels.interrupted(reason);
  }

  resumed(): void {
    // First: a user who was revoked meanwhile must not get what the channels missed.
    this.#control.resumed();
    this.#channels.resumed();
  }
}
