/** The readable form of a JSON message. */
import { expect, it } from 'vitest';
import { prettyJson } from '../site/frames/pretty-json.ts';

it('an object gets one line for each member, and other text stays as it is', () => {
  expect(prettyJson('{"type":"message","text":"a"}')).toBe('{\n  "type": "message",\n  "text": "a"\n}');
  for (const text of ['hello', '"text"', '7', 'null', '{broken']) expect(prettyJson(text)).toBe(text);
});
