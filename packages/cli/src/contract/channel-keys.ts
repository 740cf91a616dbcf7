/**
 * The names of a contract's channels in the document. Keys of components have letters, digits, `.`, `-` and `_` only, and patterns
 * have other characters too. Pure. Proven by: test/asyncapi-channels.test.ts.
 */
import type { ContractDefinition } from '@sallyport/contract';

/** The key of each pattern: `channel.room.any` for `room:*`. Two patterns never have the same. */
export function channelKeys({ channels = {} }: ContractDefinition): ReadonlyMap<string, string> {
  const keys = new Map<string, string>();
  const taken = new Set<string>();
  for (const pattern of Object.keys(channels)) {
    const plain = `channel.${pattern
      .replace(/\*$/, 'any')
      .replaceAll(':', '.')
      .replaceAll(/[^A-Za-z0-9._-]/g, '_')}`;
    let key = plain;
    for (let number = 2; taken.has(key); number += 1) key = `${plain}-${number}`;
    taken.add(key);
    keys.set(pattern, key);
  }
  return keys;
}
