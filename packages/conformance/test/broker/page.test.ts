/** The page for authors of brokers names every duty, and no other, and shows the skeleton that passes the kit. */
import { readFileSync } from 'node:fs';
import { brokerStoriesOf, linkedBrokers } from '@sallyport/conformance/broker/stories';
import { expect, it } from 'vitest';
import { watchedDuties } from '../../src/broker/kit/watched-duties.ts';

const page = readFileSync(new URL('../../../../docs/writing-a-broker.md', import.meta.url), 'utf8');
const stories = brokerStoriesOf(linkedBrokers, { cuts: true, hangs: true, forgets: true });

it('docs/writing-a-broker.md names every duty of a broker, and no other', () => {
  // A duty's paragraph ends in a dash and the names.
  const lists = [...page.matchAll(/\n +— ([\s\S]*?)(?=\n(?:\n|\d))/g)].map(([, list = '']) => list);
  const named = lists.flatMap((list) => [...list.matchAll(/`([^`]+)`/g)].map(([, name]) => name));
  expect(named.toSorted()).toEqual(
    [...stories.map(({ name }) => name), ...Object.values(watchedDuties)].toSorted(),
  );
});

it('every story of a broker has a name of its own', () => {
  expect(new Set(stories.map(({ name }) => name)).size).toBe(stories.length);
});

it('docs/writing-a-broker.md shows the skeleton that passes the kit', () => {
  const source = readFileSync(new URL('./skeleton.ts', import.meta.url), 'utf8');
  const [, shown] = source.split('// --- on the page\n\n');
  expect(page).toContain(`\`\`\`ts\n${shown}\`\`\``);
});
