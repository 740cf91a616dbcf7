/** The orders to the generator, one line of JSON each, and its answers. */
import type { ClosedLoop, Throughput } from './closed-loop.ts';
import type { DialectName } from './dialect.ts';
import type { Deliveries, FanOut } from './fan-out-loop.ts';
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
  /** Opens connections that will subscribe. */
  openSubscribers: { readonly given: Crowd; readonly answer: { readonly seconds: number } };
  /** The subscribers from one number up to another one subscribe to a channel, 16 at a time. */
  subscribe: {
    readonly given: { readonly from: number; readonly to: number; readonly channel: string };
    readonly answer: { readonly seconds: number };
  };
  /** The subscribers share so many channels: each channel gets `perChannel` of them, and each subscriber the same number of channels. */
  subscribeToMany: {
    readonly given: { readonly channels: number; readonly perChannel?: number };
    readonly answer: { readonly seconds: number };
  };
  /** All subscribers subscribe to a channel at once, and get what they missed. */
  recover: {
    readonly given: { readonly channel: string; readonly since: object };
    readonly answer: { readonly seconds: number };
  };
  /** The server publishes, and each subscriber of `audience` gets everything. */
  fanOut: { readonly given: FanOut; readonly answer: Deliveries & Load };
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
