/**
 * The job that every server under test does, in the words of PROTOCOL.md, section 2: one user, checked in constant
 * memory, then an echo. All hand-written servers share it, so that none wins by doing less.
 */
const USERNAME = 'admin';
const PASSWORD = '123456';

export const ACCEPTED = 'congratulation, you have connect with server\r\nnow, you can do something else';
export const REFUSED = 'sorry, the username or password is wrong, please submit again';

export const isDemoUser = (username: unknown, password: unknown): boolean =>
  username === USERNAME && password === PASSWORD;

/** `username:password`, split at the first colon. */
export function isDemoUserIn(text: string): boolean {
  const colon = text.indexOf(':');
  return colon >= 0 && isDemoUser(text.slice(0, colon), text.slice(colon + 1));
}

export const echoOf = (text: string): string => `your submit context: ${text}`;
