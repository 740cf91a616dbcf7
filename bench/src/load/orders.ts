/** What the generator is told, one line of JSON each, and what it answers. */
import type { ClosedLoop, Throughput } from './closed-loop.ts';
import type { DialectName } from './dialect.ts';
import type { Latencies, OpenLoop } from './open-loop.ts';

export interface Orders {
  /** Opens connections that do nothing but answer pings, so many at a time. */
  openIdle: { readonly given: Crowd; readonly answer: { readonly seconds: number } };
  /** Opens those that talk, and has each show that it is echoed. */
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

/** What the generator itself needed, of its core: near 1 it would be the bottleneck. */
export interface Load {
  readonly generatorShare: number;
}

export type OrderName = keyof Orders;
