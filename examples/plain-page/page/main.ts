/**
 * The page: a form to sign in, a form to talk, and a log. The state of the session decides what the page shows.
 *
 * Proven by: tests/browser/example-plain-page.test.ts.
 */
import { connect, requests, type Session, type SessionRequests, type StateChange } from '@sallyport/client';

const [signIn, talk] = [element('sign-in', HTMLFormElement), element('talk', HTMLFormElement)];
const [status, log] = [element('status', HTMLElement), element('log', HTMLElement)];
const [usersButton, signOut] = [element('users', HTMLButtonElement), element('sign-out', HTMLButtonElement)];

let session: (Session & SessionRequests) | undefined;

signIn.addEventListener('submit', (event) => {
  event.preventDefault();
  const fields = new FormData(signIn);
  const credentials = { username: String(fields.get('username')), password: String(fields.get('password')) };
  signIn.reset();
  // After refused credentials the session is signedOut, and takes others.
  if (session?.state === 'signedOut') session.resume(credentials);
  else session = start(credentials);
});

/** Connects, and shows what the session reports until it is closed. */
function start(credentials: { username: string; password: string }): Session & SessionRequests {
  const started = connect('/session', { credentials, extensions: [requests()] });
  started.on('state', show);
  started.on('message', (message) => write(String(message)));
  started.on('messageFailed', ({ message }) => write(`not delivered: ${message}`));
  show({ state: started.state, reason: undefined, retryInMs: undefined, unsent: 0 });
  return started;
}

/** Shows the state in words, and the form that goes with it. */
function show({ state, reason, retryInMs = 0 }: StateChange): void {
  const words = {
    connecting: 'Connecting',
    authenticating: 'Signing in',
    ready: `Signed in as ${session?.user}`,
    postponed: `The server asks to wait for ${Math.ceil(retryInMs / 1000)} s`,
    waiting: `The connection is lost (${reason}). Next attempt in ${Math.ceil(retryInMs / 1000)} s`,
    signedOut: reason === 'credentialsRefused' ? 'Wrong username or password' : `Signed out: ${reason}`,
    closing: 'Signing out',
    closed: 'Signed out',
  };
  status.textContent = words[state];
  signIn.hidden = state !== 'signedOut' && state !== 'closed';
  talk.hidden = state !== 'ready';
}

talk.addEventListener('submit', (event) => {
  event.preventDefault();
  try {
    session?.send(String(new FormData(talk).get('message')));
    talk.reset();
  } catch (error) {
    write(`not sent: ${error}`);
  }
});

usersButton.addEventListener('click', async () => {
  try {
    const users = await session?.request('users');
    write(`here now: ${Array.isArray(users) ? users.join(', ') : users}`);
  } catch (error) {
    write(`no answer: ${error}`);
  }
});

signOut.addEventListener('click', () => session?.close());

/** Adds a line. It is text, whatever it contains. */
function write(text: string): void {
  const line = document.createElement('p');
  line.textContent = text;
  log.append(line);
  log.scrollTop = log.scrollHeight;
}

/** The element with this id. Throws if the page has none of this class. */
function element<Element extends HTMLElement>(id: string, Class: new () => Element): Element {
  const found = document.getElementById(id);
  if (!(found instanceof Class)) throw new Error(`The page has no #${id}`);
  return found;
}
