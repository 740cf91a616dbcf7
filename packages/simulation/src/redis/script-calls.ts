/**
 * What a script calls of Redis: the commands, with the rules for writes.
 *
 * Redis refuses a write when it has no memory, is a replica or lacks replicas. Once a script has written, only a replica still refuses.
 * Proven by: test/redis-agreement.test.ts.
 */
import { type Keyspace, RedisError } from './keyspace.ts';

/** Why a server refuses writes. Undefined: it takes them. */
export type Refusal = 'OOM' | 'READONLY' | 'NOREPLICAS' | undefined;

const WORDS: Readonly<Record<Exclude<Refusal, undefined>, string>> = {
  OOM: "OOM command not allowed when used memory > 'maxmemory'.",
  READONLY: "READONLY You can't write against a read only replica.",
  NOREPLICAS: 'NOREPLICAS Not enough good replicas to write.',
};

/** Throws if the server refuses this write. Memory counts only for a command that may need more of it. */
export function checkWrite(refusal: Refusal, needsMemory: boolean): void {
  if (refusal && (refusal !== 'OOM' || needsMemory)) throw new RedisError(WORDS[refusal]);
}

export class ScriptCalls {
  readonly keyspace: Keyspace;
  readonly now: number;
  readonly publish: (subject: string, message: string) => void;
  readonly #refusal: Refusal;
  #hasWritten = false;

  constructor(
    keyspace: Keyspace,
    now: number,
    refusal: Refusal,
    publish: (subject: string, message: string) => void,
  ) {
    this.keyspace = keyspace;
    this.now = now;
    this.#refusal = refusal;
    this.publish = publish;
  }

  set(key: string, text: string, ms: number): void {
    this.#write(true).set(key, text, ms);
  }

  incr(key: string): number {
    return this.#write(true).incr(key);
  }

  setFields(key: string, fields: Readonly<Record<string, string>>): void {
    this.#write(true).setFields(key, fields);
  }

  removeField(key: string, field: string): void {
    this.#write(false).removeField(key, field);
  }

  add(key: string, number: number, fields: readonly string[], size: number): void {
    this.#write(true).add(key, number, fields, size);
  }

  expireIn(key: string, ms: number): boolean {
    return this.#write(false).expireIn(key, ms);
  }

  delete(key: string): void {
    this.#write(false).delete(key);
  }

  #write(needsMemory: boolean): Keyspace {
    if (!this.#hasWritten) checkWrite(this.#refusal, needsMemory);
    this.#hasWritten = true;
    return this.keyspace;
  }
}
