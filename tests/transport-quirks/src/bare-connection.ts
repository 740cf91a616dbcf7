/** A client, and the connection on the server that a test calls itself: with the adapter and without a session. */
import { type Client, connect, type RecordedReceiver, recordSessions } from '@sallyport/conformance';
import type { Limits } from '@sallyport/core';
import { SimulatedClock } from '@sallyport/core/testing';
import { onTestFinished } from 'vitest';
import type { Transport } from './transports.ts';

export async function openBareConnection(
  transport: Transport,
  limits: Partial<Limits> = {},
): Promise<{ client: Client; recorded: RecordedReceiver; port: number }> {
  const { sessions, opened } = recordSessions(new SimulatedClock(), limits);
  const { port, close } = await transport.serve(sessions);
  const client = await connect({ port });
  onTestFinished(async () => {
    client.socket.destroy();
    await close();
  });
  const [recorded] = opened;
  if (!recorded) throw new Error('no session was opened');
  return { client, recorded, port };
}
