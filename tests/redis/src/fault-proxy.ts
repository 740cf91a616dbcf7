/**
 * A TCP proxy on loopback between a broker and Redis. It cuts connections, delays what it passes on, stalls, drops answers, and changes its
 * target.
 */
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { DelayedLine } from './delayed-line.ts';

export interface FaultProxy {
  readonly port: number;
  readonly url: string;
  /** Cuts all connections, and refuses new ones until `mend`. */
  cut(): void;
  mend(): void;
  /** Cuts all connections once. New ones pass. */
  cutOnce(): void;
  /** Delays each part that it passes on, in both directions. The parts keep their order. */
  delay(ms: number): void;
  /** Passes nothing on any more, and keeps the connections: both ends believe that they are connected. `resume` ends that. */
  stall(): void;
  resume(): void;
  /** Drops all that Redis says, and passes on what it is told: answers are lost. `hear` ends that; what was dropped stays lost. */
  mute(): void;
  hear(): void;
  /** Connections from now on go to another port. */
  aim(port: number): void;
  close(): Promise<void>;
}

/** Starts a proxy in front of a port. */
export async function startFaultProxy(target: number): Promise<FaultProxy> {
  const sockets = new Set<Socket>();
  let port = target;
  let isCut = false;
  let delayMs = 0;
  let isStalled = false;
  let isMuted = false;
  const pass = (from: Socket, to: Socket, isOfRedis: boolean) => {
    sockets.add(from);
    from.setNoDelay();
    const line = new DelayedLine((part) => to.write(part));
    from.on('data', (part) => {
      if (!isMuted || !isOfRedis) line.take(part, delayMs);
    });
    from.on('error', () => {});
    from.on('close', () => {
      sockets.delete(from);
      to.destroy();
    });
    if (isStalled) from.pause();
  };
  const server = createServer((client) => {
    if (isCut) return client.destroy();
    const redis = connect(port, '127.0.0.1');
    pass(client, redis, false);
    pass(redis, client, true);
    return undefined;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address() as AddressInfo;
  const cutOnce = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: address.port,
    url: `redis://127.0.0.1:${address.port}`,
    cut() {
      isCut = true;
      cutOnce();
    },
    mend() {
      isCut = false;
    },
    cutOnce,
    delay(ms) {
      delayMs = ms;
    },
    stall() {
      isStalled = true;
      for (const socket of sockets) socket.pause();
    },
    resume() {
      isStalled = false;
      for (const socket of sockets) socket.resume();
    },
    mute() {
      isMuted = true;
    },
    hear() {
      isMuted = false;
    },
    aim(to) {
      port = to;
    },
    async close() {
      cutOnce();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
