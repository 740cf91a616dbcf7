/**
 * A model of one redis-server: the commands that the broker sends, and those of an operator that lose or refuse something.
 *
 * It is pure: the time comes from its clock, and nothing happens in it by itself. Proven by: test/redis-agreement.test.ts.
 */
import { createHash } from 'node:crypto';
import { Keyspace, RedisError } from './keyspace.ts';
import { checkWrite, type Refusal, ScriptCalls } from './script-calls.ts';
import { type Answer, type NamedScript, scriptOf } from './scripts.ts';

/** A connection, as the server sees it. */
export interface ModelConnection {
  readonly subjects: Set<string>;
  /** The server sends a message of pub/sub. */
  deliver(message: string, subject: string): void;
  /** The server closes the connection. */
  closed(reason: string): void;
}

/** What the model needs. */
export interface RedisModelSettings {
  /** The time of day in milliseconds. */
  readonly now: () => number;
  /** Called in the moment in which a script has run without an error. */
  readonly ran?: (script: string, args: readonly string[], answer: Answer) => void;
}

type Command = (args: readonly string[]) => Answer;

export class RedisModel {
  readonly connections = new Set<ModelConnection>();
  keyspace: Keyspace;
  /** Why it refuses writes now. */
  refusal: Refusal;
  readonly #settings: RedisModelSettings;
  readonly #scripts = new Map<string, NamedScript>();

  constructor(settings: RedisModelSettings) {
    this.#settings = settings;
    this.keyspace = new Keyspace(settings.now);
  }

  /** Runs a command. Throws a `RedisError` with what Redis says no with. */
  execute([name = '', ...args]: readonly string[]): Answer {
    const command = this.#commands[name];
    if (!command) throw new RedisError(`ERR unknown command '${name}'`);
    return command(args);
  }

  /** Closes connections: those with subscriptions, those without, or all. */
  disconnect(type: 'pubsub' | 'normal' | 'all'): void {
    for (const one of [...this.connections]) {
      const isPubsub = one.subjects.size > 0;
      if (type !== 'all' && (type === 'pubsub') !== isPubsub) continue;
      this.connections.delete(one);
      one.closed('Socket closed unexpectedly');
    }
  }

  readonly #commands: Readonly<Record<string, Command>> = {
    EVALSHA: ([digest = '', count, ...rest]) => {
      const script = this.#scripts.get(digest);
      if (!script) throw new RedisError('NOSCRIPT No matching script. Please use EVAL.');
      const { now, ran } = this.#settings;
      const [keys, values] = [rest.slice(0, Number(count)), rest.slice(Number(count))];
      // What nodes hear of it goes out after the script, and before its answer.
      const messages: (readonly [string, string])[] = [];
      const publish = (...message: [string, string]) => void messages.push(message);
      const answer = script.run(new ScriptCalls(this.keyspace, now(), this.refusal, publish), keys, values);
      ran?.(script.name, values, answer);
      for (const message of messages) this.#publish(...message);
      return answer;
    },
    SCRIPT: ([what, text = '']) => {
      if (what === 'FLUSH') return this.#forgetScripts();
      const digest = createHash('sha1').update(text).digest('hex');
      this.#scripts.set(digest, scriptOf(text));
      return digest;
    },
    PUBLISH: ([subject = '', message = '']) => this.#publish(subject, message),
    INFO: () => 'maxmemory:0\r\nmaxmemory_policy:noeviction\r\n',
    FLUSHALL: () => {
      this.keyspace.clear();
      return 'OK';
    },
    DEL: (keys) => {
      for (const key of keys) this.keyspace.delete(key);
      return 'OK';
    },
    SET: ([key = '', text = '']) => {
      checkWrite(this.refusal, true);
      this.keyspace.set(key, text);
      return 'OK';
    },
    HSET: ([key = '', field = '', value = '']) => {
      this.keyspace.setFields(key, { [field]: value });
      return 'OK';
    },
    XTRIM: ([key = '', , size]) => {
      this.keyspace.trim(key, Number(size));
      return 'OK';
    },
  };

  #publish(subject: string, message: string): number {
    const followers = [...this.connections].filter(({ subjects }) => subjects.has(subject));
    for (const one of followers) one.deliver(message, subject);
    return followers.length;
  }

  #forgetScripts(): string {
    this.#scripts.clear();
    return 'OK';
  }
}
