/** Which owners and modes keep a secret from other users. */
import { isExposedMode } from '@sallyport/auth/private-file';
import { expect, it } from 'vitest';

const ROOT = 0;
const SERVICE = 1_000;

it.each([
  ['its owner alone may read and write', SERVICE, 0o600, false],
  ['its owner alone may read', SERVICE, 0o400, false],
  ['its group may read', SERVICE, 0o640, true],
  ['all users may read', SERVICE, 0o604, true],
  ['root owns it, and its group may read, as in a secret of Kubernetes', ROOT, 0o440, false],
  ['root owns it, and its group may write', ROOT, 0o460, true],
  ['root owns it, and all users may read', ROOT, 0o444, true],
])('a file is judged: %s', (_, owner, mode, isExposed) => {
  expect(isExposedMode({ uid: owner, mode: 0o100_000 | mode }, SERVICE)).toBe(isExposed);
});

it('a server of root has no group that could need the file', () => {
  expect(isExposedMode({ uid: ROOT, mode: 0o100_640 }, ROOT)).toBe(true);
});
