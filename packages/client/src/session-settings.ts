/** The settings of a session: the options of `connect`, checked, with their defaults. Proven by: test/connect-options.test.ts. */
import type { ClientProtocol } from '@sallyport/protocol';
import type { Chance, Clock } from './clock.ts';
import type { CredentialsSource } from './credential-requests.ts';
import type { DeviceTokens } from './device-tokens.ts';
import type { Extension } from './extension.ts';
import type { SocketClass } from './socket.ts';

export interface SessionSettings {
  readonly url: string;
  readonly credentials: CredentialsSource;
  readonly credentialsMs: number;
  readonly protocol: ClientProtocol;
  readonly WebSocket: SocketClass;
  readonly queue: number;
  readonly unread: number;
  readonly bufferedBytes: number;
  readonly reconnect: boolean;
  readonly deviceTokens: DeviceTokens;
  readonly extensions: readonly Extension[];
  readonly clock: Clock;
  readonly chance: Chance;
}
