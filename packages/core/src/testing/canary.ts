/**
 * The canary: a password and a token to sign in with in tests. No output of anything may ever show a trace of them.
 *
 * In one place, so that whatever prints can be held against it: logs, errors, events, the inspector, golden files. For the
 * tests of this repository, and not published.
 */
const MARK = 'canary-6f1d9c';

/** The mark as Base64 has it, at each of the three places where a text may begin there. */
const IN_BASE64 = ['Y2FuYXJ5LTZmMWQ5Y', 'NhbmFyeS02ZjFkOW', 'jYW5hcnktNmYxZDlj'];

export const canary = {
  password: `${MARK}-password`,
  token: `${MARK}-token`,
  /** Whether a text shows it, as it is or in Base64 (as the parts of a signed token are written). */
  isIn: (text: string): boolean => [MARK, ...IN_BASE64].some((trace) => text.includes(trace)),
} as const;
