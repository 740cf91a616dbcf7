/**
 * Gives a recorded fact or command the form that the machine has it in. A placeholder stands for what was redacted, the same one for the
 * same kind and size, so what the machine makes of it can be compared with what was recorded.
 *
 * A placeholder takes no more memory for a larger payload. Proven by: test/restore.test.ts.
 */
import { type Command, type Fact, sessionMachine } from '@sallyport/core';
import { requestFailure } from '@sallyport/protocol';
import type { Redacted } from './format.ts';
import { RecordingError } from './recording-error.ts';
import { NEVER } from './redact.ts';

type Fields = Readonly<Record<string, unknown>>;

const factTypes: ReadonlySet<string> = new Set(sessionMachine.events);

/** The most bytes of a placeholder for binary data. */
const MOST_BYTES = 64;

/** Returns the fact with placeholders. Throws a `RecordingError` for one that the machine cannot take. */
export function restoreFact(redacted: Redacted): Fact {
  const { type } = redacted;
  if (!factTypes.has(type)) throw new RecordingError(`the session machine has no fact '${type}'`);
  const fact = restoreFields(redacted);
  const wrong = wrongFieldOf(type, fact);
  if (wrong !== undefined) throw new RecordingError(`the fact '${type}' has no right '${wrong}'`);
  return fact as Fact;
}

/** Returns the command with placeholders. It is only compared, so any fields are taken. */
export function restoreCommand(redacted: Redacted): Command {
  return restoreFields(redacted) as Command;
}

/** A field has one meaning, whatever it is a field of. */
const restorers: Readonly<Record<string, (value: unknown) => unknown>> = {
  credentials: credentialsFrom,
  message: messageFrom,
  identity: restored,
  answer: restored,
  operation: restored,
  params: (value) => sized('parameters', value),
  data: (value) => sized('data', value),
  text: (value) => sized('text', value),
  deviceToken: () => ({ text: '[device token]' }),
  expiresInMs: timeFrom,
  ms: timeFrom,
  error: (value) => (isFields(value) ? failureFrom(value) : value),
};

function restoreFields(fields: Fields): Fields {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => {
      const restorer = Object.hasOwn(restorers, name) ? restorers[name] : undefined;
      return [name, restorer ? restorer(value) : value];
    }),
  );
}

function restored(value: unknown): unknown {
  return isFields(value) ? restoreFields(value) : value;
}

function credentialsFrom(value: unknown): unknown {
  const fields = isFields(value) ? value : {};
  switch (fields['type']) {
    case 'password':
      return { type: 'password', username: '[username]', password: '[password]' };
    case 'token':
      return { type: 'token', token: sized('token', fields) };
    case 'cookie':
      return { type: 'cookie', name: '[name]', value: '[value]' };
    default:
      return undefined;
  }
}

function messageFrom(value: unknown): unknown {
  const fields = isFields(value) ? value : {};
  switch (fields['kind']) {
    case 'text':
      return sized('text', fields);
    case 'binary':
      return new Uint8Array(Math.min(bytesIn(fields), MOST_BYTES));
    case 'json':
      return { data: sized('JSON', fields) };
    default:
      return undefined;
  }
}

function sized(kind: string, value: unknown): string {
  return `[${kind}, ${bytesIn(isFields(value) ? value : {})} bytes]`;
}

function bytesIn({ bytes }: Fields): number {
  return typeof bytes === 'number' && Number.isSafeInteger(bytes) && bytes >= 0 ? bytes : 0;
}

function timeFrom(value: unknown): unknown {
  return value === NEVER ? Number.POSITIVE_INFINITY : value;
}

/** The machine takes the message of an error from the table. */
function failureFrom({ code }: Fields): unknown {
  return requestFailure(code as Parameters<typeof requestFailure>[0]);
}

/** The fields that a step of the machine reads, by the type of the fact. */
function wrongFieldOf(type: string, fact: Fields): string | undefined {
  const { attempt, identity, retryInMs, credentials, message, id } = fact;
  const isOfAttempt = /^(credentials\.(accepted|refused|postponed)|authenticator\.)/.test(type);
  if (isOfAttempt && !Number.isSafeInteger(attempt)) return 'attempt';
  if (type === 'credentials.accepted' && !isIdentity(identity)) return 'identity';
  if (type === 'credentials.postponed' && typeof retryInMs !== 'number') return 'retryInMs';
  if (/^(credentials\.received|refresh\.requested)$/.test(type) && !isFields(credentials))
    return 'credentials';
  if (type === 'message.received' && message === undefined) return 'message';
  if (type.startsWith('request.') && !Number.isSafeInteger(id)) return 'id';
  return undefined;
}

function isIdentity(value: unknown): boolean {
  return isFields(value) && typeof value['user'] === 'string' && typeof value['expiresInMs'] === 'number';
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
