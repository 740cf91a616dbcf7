/**
 * A renewal: the question whether a session may keep a subscription, after its identity was refreshed or the permissions have changed.
 *
 * The subscription goes on meanwhile, with the permission that it has. Only an explicit `allow` keeps it. Where the authorizer fails or
 * takes too long, the reason is `permissionEnded`, so the client may subscribe again.
 * Proven by: test/session/authorization.test.ts.
 */
import type { UnsubscribeReason } from '@sallyport/protocol';
import { Authorization, type AuthorizationEnvironment } from './authorization.ts';
import type { Subscription } from './subscription.ts';

/** What a renewal needs of its node. */
export interface RenewalEnvironment extends AuthorizationEnvironment {
  end(subscription: Subscription, reason: UnsubscribeReason): void;
}

/** Asks the authorizer. Calls `renewed` if the permission holds, and ends the subscription otherwise. */
export function renew(
  environment: RenewalEnvironment,
  subscription: Subscription,
  renewed: () => void,
): void {
  subscription.renewal?.abandon();
  const { owner, channel } = subscription;
  const question = {
    session: owner.subscriber.session,
    channel: channel.name,
    action: 'subscribe',
  } as const;
  const renewal = new Authorization(environment, question, (authorized) => {
    subscription.renewal = undefined;
    if (owner.get(channel.name) !== subscription) return;
    if (typeof authorized === 'string') {
      environment.end(subscription, authorized === 'forbidden' ? 'permissionRevoked' : 'permissionEnded');
      return;
    }
    subscription.permission = authorized;
    renewed();
  });
  subscription.renewal = renewal;
  renewal.start();
}
