/** The tutorial's one user, and the sentences of the text protocol. */
import { type Authenticator, accept, refuse } from '@sallyport/core';

export const RIGHT = 'admin:123456';
export const WRONG = 'admin:1';
export const ACCEPTED = 'congratulation, you have connect with server\r\nnow, you can do something else';
export const REFUSED = 'sorry, the username or password is wrong, please submit again';
export const ECHO = 'your submit context: ';
export const echoed = (text: string) => `${ECHO}${text}`;

export const authenticate: Authenticator = (credentials) =>
  credentials.type === 'password' && credentials.username === 'admin' && credentials.password === '123456'
    ? accept('admin')
    : refuse();
