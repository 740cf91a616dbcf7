/**
 * The payload of a step as text, for an operator who inspects payloads: a message, the parameters of a request, the data of a publication, the
 * text of a close. Credentials, tokens and identities are no payloads. Proven by: test/live/payload.test.ts.
 */
import type { Command, Fact } from '@sallyport/core';
import type { Message } from '@sallyport/protocol';

/** UTF-16 units of a payload that are shown. */
const MOST_UNITS = 1_024;
const MOST_BYTES = 256;

/** Undefined for a step without a payload. A long one is cut, and ends with `…`. */
export function payloadOf(step: Fact | Command): string | undefined {
  switch (step.type) {
    case 'message.received':
    case 'deliver':
      return textOf(step.message);
    case 'request.received':
    case 'serve':
      if (!('operation' in step)) return jsonOf(step.params);
      return step.operation.type === 'publish' ? jsonOf(step.operation.data) : undefined;
    case 'application.closed':
    case 'close':
      return step.text === undefined ? undefined : cut(step.text);
    default:
      return undefined;
  }
}

function textOf(message: Message): string | undefined {
  if (typeof message === 'string') return cut(message);
  if (!(message instanceof Uint8Array)) return jsonOf(message.data);
  const hex = Buffer.from(message.subarray(0, MOST_BYTES)).toString('hex');
  return message.length > MOST_BYTES ? `${hex}…` : hex;
}

/** A machine of a caller's own may give values that are no JSON. */
function jsonOf(value: unknown): string | undefined {
  try {
    const text = JSON.stringify(value) as string | undefined;
    return text === undefined ? undefined : cut(text);
  } catch {
    return undefined;
  }
}

function cut(text: string): string {
  return text.length > MOST_UNITS ? `${text.slice(0, MOST_UNITS)}…` : text;
}
