/**
 * Presents credentials to the server: in a message, unless the upgrade request has carried them. And keeps what an acceptance brings.
 *
 * Proven by: test/signing-in.test.ts, test/by-request.test.ts, test/device-tokens.test.ts.
 */
import type { CredentialRequests } from './credential-requests.ts';
import { type DeviceTokens, keepDeviceToken } from './device-tokens.ts';
import type { ServerConnection } from './server-connection.ts';

/** What authentication needs of its session. */
export interface Authenticating {
  readonly credentialRequests: CredentialRequests;
  readonly connection: ServerConnection;
  readonly settings: { readonly deviceTokens: DeviceTokens };
  /** The user that the server has named last. */
  user: string | undefined;
  /** The number of the connection whose upgrade request carried the credentials that wait for a verdict. */
  carrier: number;
}

/** Sends the credentials that were given last. Does nothing more if the upgrade request has just carried them. */
export function present(session: Authenticating, type: 'authenticate' | 'refresh'): void {
  const { connection, credentialRequests } = session;
  if (credentialRequests.isByRequest) {
    // The server postponed them. Only another upgrade request can carry them again.
    if (session.carrier === connection.count) connection.lose();
    session.carrier = connection.count;
    return;
  }
  const credentials = credentialRequests.last;
  if (credentials) connection.sendSafely(() => connection.send({ type, credentials }));
}

/**
 * The server accepted the credentials. The client keeps a device token under the name that the user typed, since the next request
 * looks it up by that name.
 */
export function accepted(
  session: Authenticating,
  user: string | undefined,
  deviceToken: string | undefined,
): void {
  const { credentialRequests } = session;
  session.user = user;
  credentialRequests.accept();
  const { last } = credentialRequests;
  if (deviceToken !== undefined && last?.type === 'password')
    void keepDeviceToken(session.settings.deviceTokens, last.username, deviceToken);
}
