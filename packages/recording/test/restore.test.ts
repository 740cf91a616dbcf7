/** The placeholders of what was redacted. */
import type { Fact } from '@sallyport/core';
import { sampleFacts } from '@sallyport/core/testing';
import { restoreFact } from '@sallyport/recording';
import { expect, it } from 'vitest';
import { redactFact } from '../src/redact.ts';

const through = (fact: Fact) => restoreFact(JSON.parse(JSON.stringify(redactFact(fact))));

it.each([...sampleFacts])('%s can be restored to a fact of the same type', (_, variant) => {
  const fact = variant(3);
  const restored = through(fact);
  expect(restored.type).toBe(fact.type);
  if ('attempt' in fact) expect(restored).toHaveProperty('attempt', fact.attempt);
  if ('id' in fact) expect(restored).toHaveProperty('id', fact.id);
});

it('an identity that never expires stays one', () => {
  const identity = { user: 'ada', expiresInMs: Number.POSITIVE_INFINITY };
  expect(through({ type: 'credentials.accepted', attempt: 1, identity })).toMatchObject({ identity });
});

it('a placeholder takes no more memory for a larger payload', () => {
  const message = { kind: 'binary', bytes: 2 ** 40 };
  expect(restoreFact({ type: 'message.received', message })).toEqual({
    type: 'message.received',
    message: new Uint8Array(64),
  });
  const text = { kind: 'text', bytes: 2 ** 40 };
  expect(restoreFact({ type: 'message.received', message: text })).toMatchObject({
    message: '[text, 1099511627776 bytes]',
  });
});

it.each([
  [{ type: 'message.received' }, 'message'],
  [{ type: 'message.received', message: { kind: 'smell' } }, 'message'],
  [{ type: 'credentials.received' }, 'credentials'],
  [{ type: 'refresh.requested', credentials: { type: 'smell' } }, 'credentials'],
  [{ type: 'credentials.accepted', attempt: 1, identity: { user: 'ada' } }, 'identity'],
  [{ type: 'credentials.postponed', attempt: 1 }, 'retryInMs'],
  [{ type: 'request.cancelled', id: 'x' }, 'id'],
])('a recorded fact %j is refused, and the error names the field', (fact, field) => {
  expect(() => restoreFact(fact)).toThrow(`the fact '${fact.type}' has no right '${field}'`);
});
