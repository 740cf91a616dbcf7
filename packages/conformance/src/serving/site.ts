/** A server that answers plain HTTP, and its answers, to the byte. */
import { openSocket } from '../wire/client.ts';
import type { Adapter, ServeOptions } from './adapter.ts';
import { serveSessions } from './served-sessions.ts';

/** Closes with the test. */
export async function openSite(
  adapter: Adapter,
  answer: NonNullable<ServeOptions['fetch']>,
  maxBodyBytes?: number,
) {
  const faults: unknown[] = [];
  const onFault = (error: unknown) => faults.push(error);
  const { port, listening } = await serveSessions(adapter, {}, { fetch: answer, maxBodyBytes, onFault });
  return { port, listening, faults, url: `http://127.0.0.1:${port}` };
}

/** Resolves with all bytes of the answer. The request asks the server to close the connection. */
export function wholeAnswer(port: number, head: string, body = ''): Promise<string> {
  return untilItEnds(port, `${head}\r\nHost: x\r\nConnection: close\r\n\r\n${body}`);
}

/** Resolves with all bytes until the connection ends. */
export async function untilItEnds(port: number, request: string): Promise<string> {
  const socket = await openSocket({ port });
  socket.on('error', () => {}).write(request);
  let text = '';
  socket.on('data', (chunk) => {
    text += String(chunk);
  });
  await new Promise((resolve) => socket.on('close', resolve));
  return text;
}
