/** A closed loop: a fixed number of messages is in flight on each connection, and each reply sends the next message. */

import type { Connection, Listener } from './connection.ts';
import type { Dialect } from './dialect.ts';
import type { PrebuiltFrames } from './prebuilt-frames.ts';

export interface ClosedLoop {
  readonly inFlight: number;
  readonly seconds: number;
}

export interface Throughput {
  readonly messages: number;
  readonly seconds: number;
}

interface Loop {
  isOver: boolean;
  messages: number;
  owed: number;
  settled(): void;
}

class Talker implements Listener {
  readonly #connection: Connection;
  readonly #ammunition: PrebuiltFrames;
  readonly #framesPerReply: number;
  readonly #loop: Loop;
  #sent = 0;
  #frames = 0;

  constructor(connection: Connection, ammunition: PrebuiltFrames, framesPerReply: number, loop: Loop) {
    this.#connection = connection;
    this.#ammunition = ammunition;
    this.#framesPerReply = framesPerReply;
    this.#loop = loop;
  }

  send(count: number): void {
    this.#connection.write(this.#ammunition.take(this.#sent, count));
    this.#sent += count;
    this.#loop.owed += count;
  }

  onText(): void {
    this.#frames += 1;
  }

  onChunkEnd(): void {
    const replies = Math.floor(this.#frames / this.#framesPerReply);
    if (replies === 0) return;
    this.#frames -= replies * this.#framesPerReply;
    this.#loop.messages += replies;
    this.#loop.owed -= replies;
    if (!this.#loop.isOver) this.send(replies);
    else if (this.#loop.owed === 0) this.#loop.settled();
  }
}

/** Runs until the time is over and every reply has arrived, so that the server's work belongs to exactly these messages. */
export function runClosedLoop(
  connections: readonly Connection[],
  ammunition: PrebuiltFrames,
  dialect: Dialect,
  { inFlight, seconds }: ClosedLoop,
): Promise<Throughput> {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const loop: Loop = {
      isOver: false,
      messages: 0,
      owed: 0,
      settled: () => resolve({ messages: loop.messages, seconds: (performance.now() - started) / 1_000 }),
    };
    setTimeout(() => {
      loop.isOver = true;
    }, seconds * 1_000);
    for (const connection of connections) {
      const talker = new Talker(connection, ammunition, dialect.framesPerReply, loop);
      connection.onLost(reject);
      connection.listen(talker);
      talker.send(inFlight);
    }
  });
}
