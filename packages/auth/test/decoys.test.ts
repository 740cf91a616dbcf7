import { expect, it } from 'vitest';
import { Decoys } from '../src/decoys.ts';

const CHEAP = '$argon2id$v=19$m=19456,t=2,p=1';
const DEAR = '$2y$13';
const key = Buffer.alloc(32, 7);
const names = Array.from({ length: 2_000 }, (_, number) => `user${number}`);

it('A32: decoys have the costs of the users of the file, in the same proportion', () => {
  const decoys = new Decoys([CHEAP, CHEAP, DEAR, CHEAP], key);
  const costs = names.map((name) => decoys.of(name).cost);
  expect(new Set(costs)).toEqual(new Set([CHEAP, DEAR]));
  expect(costs.filter((cost) => cost === DEAR).length / names.length).toBeCloseTo(1 / 4, 1);
});

it('A32: a name keeps its decoy cost, and most names keep it when the file changes', () => {
  const costsOf = (costs: string[], by = key) => names.map((name) => new Decoys(costs, by).of(name).cost);
  const many = Array.from({ length: 99 }, (_, number) => (number < 33 ? DEAR : CHEAP));
  const before = costsOf(many);
  expect(costsOf(many)).toEqual(before);
  const after = costsOf([...many, CHEAP]);
  expect(after.filter((cost, index) => cost !== before[index]).length).toBeLessThan(names.length / 50);
  expect(costsOf(many, Buffer.alloc(32, 8))).not.toEqual(before);
});

it('Decoys have the cost of new hashes if the file has no users', () => {
  expect(new Decoys([], key).of('ada')).toMatchObject({ scheme: 'argon2', cost: CHEAP });
});
