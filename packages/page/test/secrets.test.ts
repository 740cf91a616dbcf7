/** Frames without the secrets in them. */
import { expect, it } from 'vitest';
import { withoutSecrets } from '../site/frames/secrets.ts';

it.each([
  ['{"type":"authenticate","username":"ada","password":"lovelace"}', true],
  ['{"type":"authenticate","token":"lovelace"}', true],
  ['{"type":"refresh","username":"ada","password":"lovelace"}', false],
  ['{"type":"authenticate","username":"ada","password":"lovelace","deviceToken":"love"}', true],
  ['{"type":"authenticated","user":"ada","deviceToken":"lovelace"}', false],
  ['{"type":"refreshed","user":"ada","deviceToken":"lovelace"}', false],
  ['{"password":"lovelace","type":"odd"}', true],
  ['ada:lovelace', true],
  ['ada:love:lace', true],
  [':lovelace', true],
  ['Bearer lovelace', true],
  ['bearer  lovelace', true],
  ['lovelace', true],
  ['"lovelace"', true],
  ['{"pass":"lovelace"}', true],
  ['{"password":["lovelace"]}', true],
  ['["ada","lovelace"]', true],
])('the frame %s is shown without its secret', (sent, isCredentials) => {
  const shown = withoutSecrets(sent, isCredentials);
  expect(shown).not.toMatch(/love|lace/);
  expect(shown).toContain('••••••');
});

it('the name of the user stays visible in credentials', () => {
  expect(withoutSecrets('ada:lovelace', true)).toBe('ada:••••••');
  expect(withoutSecrets('{"type":"authenticate","username":"ada","password":"x"}', true)).toBe(
    '{"type":"authenticate","username":"ada","password":"••••••"}',
  );
});

it.each([
  'hello',
  'a:b',
  'Bearer of good news',
  '{"type":"authenticated","user":"ada"}',
  '{"type":"message","text":"my password:"}',
  '{"type":"message","text":"x","password":"of a game"}',
  'null',
])('the message %s is shown as it is', (sent) => {
  expect(withoutSecrets(sent, false)).toBe(sent);
});
