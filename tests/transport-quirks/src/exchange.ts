/** Sends odd frames to a session, and describes the outcome in words: at the client and on the server. */
import type { Client } from '@sallyport/conformance';
import { ACCEPTED, ECHO, REFUSED, RIGHT } from '@sallyport/conformance/serving';
import { vi } from 'vitest';
import type { FrameCase } from './frame-cases.ts';
import { fence, openGate } from './quirk-server.ts';
import type { Transport } from './transports.ts';

export type Phase = 'before sign-in' | 'after it';

/** Longer than every limit that would end a waiting session. */
const AN_AGE_MS = 400_000;
const PROBE = 'probe';

export async function exchangeFrames(transport: Transport, phase: Phase, odd: FrameCase): Promise<string> {
  const gate = await openGate(transport);
  const client = await gate.connect();
  try {
    if (phase === 'after it') {
      client.text(RIGHT);
      await client.next();
    }
    client.answersClose = !odd.isMute;
    const watch = new Watch(client);
    for (const write of odd.writes) {
      await send(client, write);
      await fence(gate, odd.writes.length > 1 ? 2 : 20);
    }
    await fence(gate);
    if (!watch.hasEnded) {
      client.frame(9, PROBE);
      await fence(gate);
      if (watch.saw.at(-1) === `pong "${PROBE}"`) watch.saw.splice(-1, 1, 'goes on');
      else if (watch.hasEnded) watch.saw.splice(-1, 0, 'silence; at the next frame:');
      else {
        watch.saw.push('silence; in the end:');
        gate.clock.advance(AN_AGE_MS);
        await watch.ended;
      }
    }
    // The end on the server: the client may have seen it first.
    if (watch.hasEnded) await vi.waitUntil(() => gate.endings.length > 0, { interval: 1, timeout: 60_000 });
    const faults = gate.faults.map(({ source }) => `; FAULT of ${source}`).join('');
    const ending = gate.endings[0];
    const inside = ending ? ` → ${ending.reason}, ${ending.code}` : '';
    return `${watch.saw.join(' ')}${inside}${faults}`;
  } finally {
    client.socket.destroy();
    await gate.close();
  }
}

/** Describes everything that arrives. */
class Watch {
  readonly saw: string[] = [];
  readonly ended: Promise<void>;
  hasEnded = false;

  constructor(client: Client) {
    this.ended = this.#watch(client);
  }

  async #watch(client: Client): Promise<void> {
    for (;;)
      try {
        const { opcode, payload } = await client.next();
        this.saw.push(describe(opcode, payload));
      } catch {
        const { code, reason } = await client.ended;
        this.saw.push(code === 1006 ? 'cut' : `close ${code}${reason && ` ${quote(reason)}`}`);
        this.hasEnded = true;
        return;
      }
  }
}

function describe(opcode: number, payload: Buffer): string {
  if (opcode === 2) return `${payload.length} bytes`;
  const text = payload.toString();
  if (opcode === 10) return `pong ${quote(text)}`;
  if (opcode !== 1) return `opcode ${opcode}`;
  if (text === ACCEPTED) return 'accepted';
  if (text === REFUSED) return 'refused';
  return text.startsWith(ECHO) ? `echo ${quote(text.slice(ECHO.length))}` : quote(text);
}

function quote(text: string): string {
  const short = text.length > 30 ? `${text.slice(0, 5)}… (${text.length})` : text;
  // Characters that are invisible in a file.
  return JSON.stringify(short).replace(/[\ufeff\ufffe]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16)}`);
}

function send(client: Client, write: Buffer | 'FIN' | 'RST'): Promise<void> | undefined {
  if (write === 'FIN') client.socket.end();
  else if (write === 'RST') client.socket.resetAndDestroy();
  else return new Promise((resolve) => client.socket.write(write, () => resolve()));
  return undefined;
}
