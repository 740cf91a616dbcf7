/**
 * A subscription: the place of one session in one channel. There may be very many, so it has only four fields.
 *
 * Proven by: test/session/subscribing.test.ts.
 */
import type { Subscriber } from '@sallyport/core';
import type { Channel } from '../channel/channel.ts';
import type { Member } from '../channel/joiner.ts';
import type { Permission } from '../ports/authorizer.ts';
import type { Authorization } from './authorization.ts';

/** What a subscription needs of the subscriptions of its session. */
export interface SubscriptionOwner {
  readonly subscriber: Subscriber;
  get(channel: string): Subscription | undefined;
  delete(subscription: Subscription): void;
}

export class Subscription implements Member {
  readonly owner: SubscriptionOwner;
  readonly channel: Channel;
  permission: Permission;
  /** The question whether the permission still holds, while it is asked. */
  renewal: Authorization | undefined = undefined;

  constructor(owner: SubscriptionOwner, channel: Channel, permission: Permission) {
    this.owner = owner;
    this.channel = channel;
    this.permission = permission;
  }

  get subscriber(): Subscriber {
    return this.owner.subscriber;
  }
}
