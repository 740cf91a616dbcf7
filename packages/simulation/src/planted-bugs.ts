/**
 * Bugs to plant, one at a time: each replaces one text of a source file by another. `test/planted.test.ts` shows which of them the simulation
 * finds. A text that is not in its file once, and once only, is an error. Proven by: test/planted.test.ts.
 */

import type { BrokerKind } from './world.ts';

/** A bug to plant. */
export interface PlantedBug {
  /** What is wrong then. */
  readonly name: string;
  /** The source file, below `packages`. */
  readonly file: string;
  readonly text: string;
  readonly replacement: string;
  /** The broker of the runs. Default: the seed says it. */
  readonly broker?: BrokerKind;
  /** Why the simulation does not find it. */
  readonly survives?: string;
}

export const PLANTED_BUGS: readonly PlantedBug[] = [
  {
    name: 'a channel takes any later publication for the next one',
    file: 'channels/src/machine/places.ts',
    text: "return epoch === last.epoch && placeOf(publication, last) === 'next';",
    replacement: 'return epoch === last.epoch && publication.offset > last.offset;',
  },
  {
    name: 'a read counts as complete although publications were dropped meanwhile',
    file: 'channels/src/machine/machine.ts',
    text: 'return !context.hasDropped && isAt(top, lastOf(publications, placeOf(context)));',
    replacement: 'return isAt(top, lastOf(publications, placeOf(context)));',
    survives: 'the next publication or the comparison of tops shows the gap, and the channel reads again',
  },
  {
    name: 'every subscriber with a position is told that it has recovered',
    file: 'channels/src/channel/admission.ts',
    text: 'const recovered = joiner.since !== undefined && isFound;',
    replacement: 'const recovered = joiner.since !== undefined;',
  },
  {
    name: 'a subscription goes on when its permission has ended',
    file: 'channels/src/session/permissions.ts',
    text: 'if (hasEnded && this.#ending.delete(subscription)) this.#end(subscription);',
    replacement: 'if (hasEnded) this.#ending.delete(subscription);',
  },
  {
    name: 'a subscription goes on when the authorizer denies it after a refresh',
    file: 'channels/src/session/renewal.ts',
    text: "if (typeof authorized === 'string') {",
    replacement: "if (authorized === 'unavailable') {",
  },
  {
    name: 'a publication that may be made is answered as not made',
    file: 'channels/src/session/publisher.ts',
    text: "request.fail(channelError('unknown'));\n      this.#doubt(channel);",
    replacement: "request.fail(new RequestError('unavailable'));",
  },
  {
    name: 'a client repeats a publication without its key',
    file: 'client/src/channels/publishing.ts',
    text: "{ type: 'publish', channel, data, key }",
    replacement: "{ type: 'publish', channel, data }",
  },
  {
    name: 'a slow reader of a client skips what it had no room for',
    file: 'client/src/channels/reader.ts',
    text: 'offset !== position.offset + 1)) return;',
    replacement: 'offset <= position.offset)) return;',
  },
  {
    name: 'a reader that was told of a loss does not go on behind it',
    file: 'client/src/channels/reader.ts',
    text: 'lose(position: Position): void {\n    this.position = position;',
    replacement: 'lose(position: Position): void {',
  },
  {
    name: 'replies go out as they are ready, not in order',
    file: 'core/src/session/replies.ts',
    text: 'const next = this.#pending[0];\n      if (next?.settled) {\n        this.#pending.shift();',
    replacement:
      'const next = this.#pending.find(({ settled }) => settled) ?? this.#pending[0];\n      if (next?.settled) {\n        this.#pending.splice(this.#pending.indexOf(next), 1);',
  },
  {
    name: 'bytes that wait for a slow client have no bound',
    file: 'core/src/session/outbound.ts',
    text: "if (bytes > session.environment.limits.unsentBytes) return 'dropped';",
    replacement: '',
  },
  {
    name: 'a session keeps its connection after the end',
    file: 'core/src/session/outbound.ts',
    text: 'session.connection = undefined;',
    replacement: '',
  },
  {
    name: 'the broker on Redis answers a publication that may be made as not made',
    file: 'broker-redis/src/failures.ts',
    text: 'return error instanceof NotSent || BEFORE_THE_FIRST_WRITE.test(reasonOf(error));',
    replacement: 'return true;',
    broker: 'redis',
  },
  {
    name: 'the broker on Redis leaves out the key of a publication',
    file: 'broker-redis/src/redis-broker.ts',
    text: "key === undefined ? '0' : String(keyMs),",
    replacement: "'0',",
    broker: 'redis',
  },
  {
    name: 'the broker on Redis takes a log that was lost for one without news',
    file: 'broker-redis/src/answers.ts',
    text: "if (type === 'lost') return { type, top };",
    replacement: "if (type === 'lost') return { type: 'read', publications: [], top };",
    broker: 'redis',
    survives: 'the node compares each page with the top, and finds the loss itself',
  },
  {
    name: 'the broker on Redis leaves out the user of a publication',
    file: 'broker-redis/src/answers.ts',
    text: "...(user !== '' && { user: JSON.parse(user) as string }), ",
    replacement: '',
    broker: 'redis',
  },
  {
    name: 'the broker on Redis does not subscribe again on a new connection',
    file: 'broker-redis/src/subscriptions.ts',
    text: 'batches.push(connection.subscribe(subjects, this.#take));',
    replacement: 'batches.push(Promise.resolve(subjects));',
    broker: 'redis',
    survives:
      'the comparison of tops shows what did not arrive, and the channel reads the log: later, and without a loss',
  },
];
