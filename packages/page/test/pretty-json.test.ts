import { expect, it } from 'vitest';
import { prettyJson } from '../site/frames/pretty-json.ts';

it('shows an object with one member a line, and other text as it is', () => {
  expect(prettyJson('{"type":"message","text":"a"}')).toBe('{\n  "type": "message",\n  "text": "a"\n}');
  for (const text of ['hello', '"text"', '7', 'null', '{broken']) expect(prettyJson(text)).toBe(text);
});
