/**
 * A presence watch: a subscription whose client gets the changes of presence, as long as the user may.
 *
 * The permission may end by itself, and the authorizer is asked again after a refresh. Only an explicit `allow` keeps the watch.
 * Proven by: test/presence/permission.test.ts.
 */
import type { Permission } from '../ports/authorizer.ts';
import type { Presence, Watch } from '../presence/presence.ts';
import { Authorization, type AuthorizationEnvironment } from './authorization.ts';
import { hasEnded } from './permissions.ts';
import type { Subscription } from './subscription.ts';

export class PresenceWatch implements Watch {
  readonly #environment: AuthorizationEnvironment;
  readonly #presence: Presence;
  readonly #subscription: Subscription;
  #permission: Permission;
  /** The question whether the permission still holds, while it is asked. */
  #renewal: Authorization | undefined;

  constructor(
    environment: AuthorizationEnvironment,
    presence: Presence,
    subscription: Subscription,
    permission: Permission,
  ) {
    this.#environment = environment;
    this.#presence = presence;
    this.#subscription = subscription;
    this.#permission = permission;
  }

  get hasEnded(): boolean {
    return hasEnded(this.#permission, this.#environment.clock);
  }

  renew(): void {
    this.stop();
    const { subscriber, channel } = this.#subscription;
    const question = { session: subscriber.session, channel: channel.name, action: 'presence' } as const;
    this.#renewal = new Authorization(this.#environment, question, (authorized) => {
      if (typeof authorized === 'string') this.#presence.unwatch(this.#subscription);
      else this.#permission = authorized;
    });
    this.#renewal.start();
  }

  stop(): void {
    this.#renewal?.abandon();
  }
}
