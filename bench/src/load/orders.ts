/** The orders to the generator, one line of JSON each, and its answers. */
import type { ClosedLoop, Throughput } from './closed-loop.ts';
import type { DialectName } from './dialect.ts';
import type { Latencies, OpenLoop } from './open-loop.ts';

export interface Orders {
  /** Opens connections that only answer pings, a number of them at a time. */
  openIdle: { readonly given: Crowd; readonly answer: { readonly seconds: number } };
  /** Opens the connections that send messages, and checks one echo of each. */
  openTalking: { readonly given: Crowd; readonly answer: { readonly seconds: number } };
  closedLoop: {
    readonly given: ClosedLoop & { readonly textBytes: number };
    readonly answer: Throughput & Load;
  };
  openLoop: { readonly given: OpenLoop & { readonly textBytes: number }; readonly answer: Latencies & Load };
  close: { readonly given: object; readonly answer: object };
}

export interface Crowd {
  readonly port: number;
  readonly dialect: DialectName;
  readonly count: number;
}

/** The share of its core that the generator used. Near 1 the generator is the bottleneck. */
export interface Load {
  readonly generatorShare: number;
}

export type OrderName = keyof Orders;
