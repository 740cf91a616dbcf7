/**
 * The canary: a password and a token that tests sign in with. No output may ever show them.
 *
 * Tests check logs, errors, events, the inspector and golden files against it. For the tests of this repository, not published.
 */
const MARK = 'canary-6f1d9c';

/** The mark in Base64, at each of the three possible offsets. */
const IN_BASE64 = ['Y2FuYXJ5LTZmMWQ5Y', 'NhbmFyeS02ZjFkOW', 'jYW5hcnktNmYxZDlj'];

export const canary = {
  password: `${MARK}-password`,
  token: `${MARK}-token`,
  /** Whether a text shows the canary, plainly or in Base64 (as in the parts of a signed token). */
  isIn: (text: string): boolean => [MARK, ...IN_BASE64].some((trace) => text.includes(trace)),
} as const;
