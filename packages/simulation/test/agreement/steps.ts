/** What can be done to both sides: calls of a broker, and what an operator, another program or a memory policy does. */
import type { AppendOptions } from '@sallyport/channels';
import type { Position } from '@sallyport/protocol';
import fc from 'fast-check';
import type { AgreementNode, Side } from './side.ts';

/** One step. Everything in it is a plain value, so that a list of steps can be printed and repeated. */
export type Step =
  | Call
  | { readonly do: 'with'; readonly fault: Fault; readonly call: Call }
  | { readonly do: 'command'; readonly args: readonly string[] }
  | { readonly do: 'disconnect'; readonly type: 'pubsub' | 'normal' }
  | { readonly do: 'save' }
  | { readonly do: 'promote' };

type Fault = 'OOM' | 'READONLY' | 'NOREPLICAS' | 'NOSCRIPT';

type Call = { readonly node: number } & (
  | {
      readonly do: 'append';
      readonly channel: string;
      readonly json: string;
      readonly options: AppendOptions;
    }
  /** `since`: the number of a position that was seen. `shift` forges its offset. */
  | {
      readonly do: 'read';
      readonly channel: string;
      readonly since?: number;
      readonly shift: number;
      readonly limit: number;
    }
  | { readonly do: 'follow' | 'unfollow' | 'snapshot'; readonly channel: string }
  | { readonly do: 'tops'; readonly channels: readonly string[] }
  | { readonly do: 'lease'; readonly name: string }
);

const CHANNELS = ['room', 'hall', 'a:b'];
const LEASES = ['n1', 'n2'];
/** So long that nothing expires while the steps run. */
const LONG_MS = 1_000_000;

const node = fc.constantFrom(0, 1);
const channel = fc.constantFrom(...CHANNELS);
const retention = fc.record({
  size: fc.constantFrom(100, 100, 3, 1, 0),
  ms: fc.constantFrom(LONG_MS, LONG_MS, Number.POSITIVE_INFINITY, 0),
});
const state = fc.record({
  field: fc.constantFrom('plain', 'n1/a', 'n1/b', 'n2/a', 'n3/a'),
  value: fc.constantFrom('v', 'w|x', null),
});
const options = fc.record(
  {
    retention,
    user: fc.constantFrom('ada', 'Zoë "x"'),
    key: fc.constantFrom('k1', 'k2', 'k3'),
    state,
  },
  { requiredKeys: ['retention'] },
);

const append = fc.record({
  do: fc.constant('append' as const),
  node,
  channel,
  json: fc.constantFrom('1', '"é\\n"', '{"a":[]}'),
  options: options as fc.Arbitrary<AppendOptions>,
});
const read = fc.record(
  {
    do: fc.constant('read' as const),
    node,
    channel,
    since: fc.nat(40),
    shift: fc.constantFrom(0, 0, 0, 0, -1, 1),
    limit: fc.constantFrom(100, 100, 2, 1, 0),
  },
  { requiredKeys: ['do', 'node', 'channel', 'shift', 'limit'] },
) as fc.Arbitrary<Call>;
const ofChannel = fc.record({
  do: fc.constantFrom('follow' as const, 'unfollow' as const, 'snapshot' as const),
  node,
  channel,
});
const tops = fc.record({ do: fc.constant('tops' as const), node, channels: fc.subarray(CHANNELS) });
const lease = fc.record({ do: fc.constant('lease' as const), node, name: fc.constantFrom(...LEASES) });

const call: fc.Arbitrary<Call> = fc.oneof(
  { weight: 8, arbitrary: append },
  { weight: 6, arbitrary: read },
  { weight: 3, arbitrary: ofChannel },
  { weight: 1, arbitrary: tops },
  { weight: 1, arbitrary: lease },
);

const keyOf = fc
  .tuple(fc.constantFrom('m', 'l', 's'), channel)
  .map(([kind, name]) => `sallyport:${kind}:${name}`);
const command = fc.oneof(
  fc.constant(['FLUSHALL']),
  keyOf.map((key) => ['DEL', key]),
  fc.constantFrom(...LEASES).map((name) => ['DEL', `sallyport:n:${name}`]),
  // What is stored is too old from now on, or is never too old.
  fc
    .tuple(channel, fc.constantFrom('0', '-1'))
    .map(([name, ms]) => ['HSET', `sallyport:m:${name}`, 'ms', ms]),
  // Another program takes the place of a key. DEL above makes room again.
  keyOf.map((key) => ['SET', key, 'of another program']),
  fc
    .tuple(channel, fc.constantFrom('0', '1', '2'))
    .map(([name, size]) => ['XTRIM', `sallyport:l:${name}`, 'MAXLEN', size]),
);

/** Any step. */
export const anyStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 20, arbitrary: call },
  { weight: 4, arbitrary: command.map((args): Step => ({ do: 'command', args })) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('with' as const),
      fault: fc.constantFrom<Fault>('OOM', 'READONLY', 'NOREPLICAS', 'NOSCRIPT'),
      call,
    }),
  },
  { weight: 1, arbitrary: fc.constantFrom<Step>({ do: 'save' }, { do: 'promote' }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('disconnect' as const),
      type: fc.constantFrom('pubsub' as const, 'normal' as const),
    }),
  },
);

/** Runs steps on one side, one after the other. */
export class Runner {
  readonly #side: Side;
  /** Positions that were seen, the same ones on both sides. */
  readonly #seen: Position[] = [];

  constructor(side: Side) {
    this.#side = side;
  }

  /** Runs a step. Returns what it answers: for a command what Redis says no with. */
  async run(step: Step): Promise<unknown> {
    const side = this.#side;
    switch (step.do) {
      case 'with':
        return this.#withFault(step.fault, step.call);
      case 'command':
        return side.command(...step.args).catch((error: Error) => wordOf(error.message));
      case 'disconnect':
        return this.#interrupted(side.nodes, () => side.disconnect(step.type));
      case 'save':
      case 'promote':
        return side[step.do]();
      default:
        return this.#call(step);
    }
  }

  async #call(call: Call): Promise<unknown> {
    const outcome = await this.#side.settle(this.#ask(call));
    this.#see(outcome);
    return told(outcome);
  }

  #ask(call: Call): Promise<unknown> {
    const { broker } = this.#side.nodes[call.node as 0 | 1];
    switch (call.do) {
      case 'append':
        return broker.append(call.channel, call.json, call.options);
      case 'read':
        return broker.read(call.channel, this.#since(call.since, call.shift), call.limit);
      case 'tops':
        return broker.tops(call.channels);
      case 'lease':
        return broker.lease(call.name, LONG_MS);
      default:
        return broker[call.do](call.channel);
    }
  }

  #since(number: number | undefined, shift: number): Position | undefined {
    const position = number === undefined ? undefined : this.#seen.at(-1 - (number % this.#seen.length));
    return position && { ...position, offset: Math.max(0, position.offset + shift) };
  }

  /** A fault that ends the connection of the node that meets it heals before the next step. */
  async #withFault(fault: Fault, call: Call): Promise<unknown> {
    const side = this.#side;
    const node = side.nodes[call.node as 0 | 1];
    if (fault === 'OOM' || fault === 'NOREPLICAS') {
      await side.refuse(fault);
      const outcome = await this.#call(call);
      await side.refuse(undefined);
      return outcome;
    }
    let outcome: unknown;
    const { interrupted } = node;
    const meet = async () => {
      if (fault === 'NOSCRIPT') await side.command('SCRIPT', 'FLUSH');
      else await side.refuse('READONLY');
      outcome = await this.#call(call);
      // A call that asks Redis nothing does not meet the fault; this one does.
      await side.settle(node.broker.tops([CHANNELS[0] as string]));
      await side.until(() => node.interrupted > interrupted);
      if (fault === 'READONLY') await side.refuse(undefined);
    };
    await this.#interrupted([node], meet);
    return outcome;
  }

  /** Does something that interrupts nodes, and waits until they are connected again. */
  async #interrupted(nodes: readonly AgreementNode[], act: () => Promise<void>): Promise<void> {
    const before = nodes.map(({ resumed }) => resumed);
    await act();
    await this.#side.until(() => nodes.every(({ resumed }, index) => resumed > (before[index] ?? 0)));
  }

  #see(value: unknown): void {
    if (typeof value !== 'object' || value === null) return;
    if ('epoch' in value) this.#seen.push(value as Position);
    else for (const one of Object.values(value)) this.#see(one);
  }
}

/** An outcome as it is compared: of a reason the first word, and a keyed state in the order of the alphabet. */
function told(outcome: unknown): unknown {
  if (Array.isArray(outcome)) return outcome.map(told);
  if (typeof outcome !== 'object' || outcome === null) return outcome;
  const { reason, state, ...rest } = outcome as { reason?: string; state?: ReadonlyMap<string, string> };
  return { ...rest, ...(reason && { reason: wordOf(reason) }), ...(state && { state: [...state].sort() }) };
}

/** The word with which Redis begins what it says no with. */
function wordOf(message: string): string {
  return /\b(?:OOM|READONLY|NOREPLICAS|NOSCRIPT|WRONGTYPE)\b/.exec(message)?.[0] ?? message;
}
