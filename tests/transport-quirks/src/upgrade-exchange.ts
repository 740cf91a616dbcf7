/** Sends an odd upgrade request, and describes in words the answer and the end of the connection. */
import { openSocket } from '@sallyport/conformance';
import { fence, type Gate, openGate } from './quirk-server.ts';
import type { Transport } from './transports.ts';
import type { UpgradeCase } from './upgrade-cases.ts';

export async function exchangeUpgrade(transport: Transport, odd: UpgradeCase): Promise<string> {
  const gate = await openGate(transport);
  const socket = await openSocket({ port: gate.port });
  let received = Buffer.alloc(0);
  let hasEnded = false;
  const end = () => {
    hasEnded = true;
  };
  socket
    .on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
    })
    .on('end', end)
    .on('error', end)
    .on('close', end);
  try {
    for (const write of odd.writes) {
      if (hasEnded) break;
      if (write === 'FIN') socket.end();
      else await new Promise<void>((resolve) => socket.write(write, () => resolve()));
      await fence(gate, odd.writes.length > 3 ? 1 : 20);
    }
    await fence(gate, 40);
    return [...answersIn(received), ...sessionsOf(gate), hasEnded ? 'closed' : 'open'].join(', ');
  } finally {
    socket.destroy();
    await gate.close();
  }
}

function answersIn(received: Buffer): string[] {
  const text = received.toString('latin1');
  const answers = [...text.matchAll(/HTTP\/1\.[01] (\d{3})[^\r]*\r\n(?:[^\r]+\r\n)*\r\n/g)];
  if (answers.length === 0) return [received.length > 0 ? 'no HTTP' : 'no answer'];
  const statuses = answers.map(([, status = '']) => status);
  const last = answers.at(-1);
  const rest = received.subarray((last?.index ?? 0) + (last?.[0].length ?? 0));
  return statuses.at(-1) === '101' && rest.length > 0 ? [...statuses, describe(rest)] : statuses;
}

/** Describes the WebSocket after the upgrade; a close frame begins with 0x88. */
function describe(rest: Buffer): string {
  return rest[0] === 0x88 ? `then close ${rest.length >= 4 ? rest.readUInt16BE(2) : ''}` : 'then a message';
}

function sessionsOf({ sessions, endings }: Gate): string[] {
  const opened = sessions.counters.opened - 1;
  return opened === 0 ? [] : [`session${endings[0] ? ` → ${endings[0].reason}` : ''}`];
}
