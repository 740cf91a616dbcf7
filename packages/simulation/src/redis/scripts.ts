/**
 * The scripts of `@sallyport/broker-redis` as functions, by their names. Each does what its Lua does, in the same order.
 *
 * Proven by: test/redis-agreement.test.ts, where both run side by side.
 */
import type { StreamEntry } from './keyspace.ts';
import type { ScriptCalls } from './script-calls.ts';

/** An answer of Redis. */
export type Answer = string | number | null | readonly Answer[];

/** A script: KEYS and ARGV, counted from 0 here. */
type Script = (calls: ScriptCalls, keys: readonly string[], args: readonly string[]) => Answer;

interface Meta {
  readonly epoch: string | undefined;
  readonly offset: number;
  readonly tag: string;
  readonly ms: number;
}

type Top = readonly [epoch: string, offset: string, tag: string];

function open({ keyspace }: ScriptCalls, key: string): Meta {
  const hash = keyspace.hash(key);
  const [epoch, offset = '0', tag = '', ms = '0'] = ['e', 'o', 't', 'ms'].map((field) => hash.get(field));
  return { epoch, offset: Number(offset), tag, ms: Number(ms) };
}

function use(
  calls: ScriptCalls,
  [metaKey, logKey]: readonly [string, string],
  candidate: string,
  metaMs: string,
): { readonly top: Top; readonly offset: number; readonly ms: number } {
  const { epoch, offset, tag, ms } = open(calls, metaKey);
  if (epoch === undefined) {
    calls.setFields(metaKey, { e: candidate, o: '0', t: '', ms: '0' });
    calls.delete(logKey);
  }
  calls.expireIn(metaKey, Math.max(Number(metaMs), ms));
  if (ms < 0) calls.expireIn(logKey, Number(metaMs));
  return { top: [epoch ?? candidate, String(offset), tag], offset, ms };
}

const tops: Script = (calls, keys, [metaMs = '', ...candidates]) =>
  candidates.map((candidate, index) => {
    const [meta = '', log = ''] = keys.slice(2 * index);
    return use(calls, [meta, log], candidate, metaMs).top;
  });

const append: Script = (calls, keys, args) => {
  const [metaKey = '', logKey = '', stateKey = '', recordKey = '', countKey = ''] = keys;
  const [candidate = '', metaMs = '', tag = '', json = '', user = '', size = '', age = ''] = args;
  const [keyMs = '', subject = '', most = '', change = '', field = '', value = '', leaseKey = ''] =
    args.slice(7);
  const { keyspace } = calls;
  const hasKey = keyMs !== '0';
  const meta = open(calls, metaKey);
  keyspace.stream(logKey);
  if (change !== '') keyspace.hash(stateKey);
  if (hasKey) {
    const before = keyspace.get(recordKey);
    if (before !== undefined) return JSON.parse(before);
    if (most !== '0' && Number(keyspace.get(countKey) ?? '0') >= Number(most)) return 'keys';
  }
  const lease = leaseKey === '' ? '' : keyspace.get(leaseKey);

  const epoch = meta.epoch ?? candidate;
  const number = meta.offset + 1;
  calls.setFields(metaKey, { e: epoch, o: String(number), t: tag, ms: age });
  calls.expireIn(metaKey, Math.max(Number(metaMs), Number(age)));
  const isKept = size !== '0' && age !== '0';
  if (meta.epoch === undefined || !isKept) calls.delete(logKey);
  if (isKept) {
    const fields = ['t', tag, 'p', meta.tag, 'u', user, 'a', String(calls.now), 'j', json];
    calls.add(logKey, number, fields, Number(size));
    calls.expireIn(logKey, Number(age === '-1' ? metaMs : age));
  }
  if (change === 'set' && lease !== undefined) {
    calls.setFields(stateKey, { [field]: `${lease}|${value}` });
    calls.expireIn(stateKey, Number(metaMs));
  } else if (change !== '') calls.removeField(stateKey, field);

  const top: Top = [epoch, String(number), tag];
  if (hasKey) {
    calls.set(recordKey, JSON.stringify(top), Number(keyMs));
    if (most !== '0' && calls.incr(countKey) === 1) calls.expireIn(countKey, Number(keyMs));
  }
  calls.publish(subject, [...top, meta.tag, user, json].join('\n'));
  return top;
};

const read: Script = (calls, [metaKey = '', logKey = ''], args) => {
  const [candidate = '', metaMs = '', most = '', epoch = '', since = '', tag = ''] = args;
  const { top, offset, ms } = use(calls, [metaKey, logKey], candidate, metaMs);
  const limit = Number(most);
  const isYoung = ({ fields }: StreamEntry) => ms < 0 || Number(fields[7]) + ms > calls.now;
  const log = () => calls.keyspace.stream(logKey);
  if (epoch === '') {
    const last = limit > 0 ? log().slice(-limit).filter(isYoung) : [];
    return ['read', top, last.map(answerOf)];
  }
  const from = Number(since);
  if (epoch !== top[0] || from > offset) return ['lost', top];
  if (from === offset) return [tag === top[2] ? 'read' : 'lost', top, []];
  const entries = log()
    .filter(({ number }) => number > from)
    .slice(0, Math.max(limit, 1));
  const [first] = entries;
  if (!first || first.number !== from + 1 || !isYoung(first) || first.fields[3] !== tag) return ['lost', top];
  return ['read', top, limit > 0 ? entries.map(answerOf) : []];
};

const snapshot: Script = (calls, [metaKey = '', logKey = '', stateKey = ''], args) => {
  const [candidate = '', metaMs = '', leases = ''] = args;
  const { keyspace } = calls;
  const { top } = use(calls, [metaKey, logKey], candidate, metaMs);
  const fields: string[] = [];
  for (const [field, text] of keyspace.hash(stateKey)) {
    const node = /^([^/]*)\//.exec(field)?.[1];
    const lease = /^([^|]*)\|/.exec(text)?.[1];
    const held = node === undefined ? '' : keyspace.get(leases + node);
    if (lease === held) fields.push(field, text.slice((lease ?? '').length + 1));
    else calls.removeField(stateKey, field);
  }
  if (fields.length > 0) calls.expireIn(stateKey, Number(metaMs));
  return [top, fields];
};

const lease: Script = (calls, [key = ''], [token = '', ms = '']) => {
  if (calls.expireIn(key, Number(ms))) return 'held';
  calls.set(key, token, Number(ms));
  return 'lost';
};

const scripts: Readonly<Record<string, Script>> = { tops, append, read, snapshot, lease };

/** A script with its name. */
export interface NamedScript {
  readonly name: string;
  readonly run: Script;
}

/** The script with this text, which begins with the name. Throws for one that the model does not have. */
export function scriptOf(text: string): NamedScript {
  const name = /^-- sallyport (\w+)\n/.exec(text)?.[1] ?? '';
  const run = scripts[name];
  if (!run) throw new Error(`the model of Redis has no script '${name}': add it to scripts.ts`);
  return { name, run };
}

function answerOf({ number, fields }: StreamEntry): Answer {
  return [`${number}-0`, fields];
}
