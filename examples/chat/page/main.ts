/**
 * The page of the chat: signs in at the app, connects with its cookie, and opens the user's rooms.
 *
 * Proven by: tests/browser/example-chat.test.ts.
 */
import { channels, connect, type Session, type SessionChannels, type StateChange } from '@sallyport/client';
import { contractClient } from '@sallyport/contract';
import { contract, type RoomName } from '../src/contract.ts';
import { find } from './elements.ts';
import { Room } from './room.ts';

const signIn = find(document, '#sign-in', HTMLFormElement);
const problem = find(document, '#sign-in-problem', HTMLElement);
const chat = find(document, '#chat', HTMLElement);
const status = find(document, '#status', HTMLElement);
const signOut = find(document, '#sign-out', HTMLButtonElement);

let session: (Session & SessionChannels) | undefined;

/** What `/me` answers. */
interface Me {
  readonly user: string;
  readonly rooms: readonly RoomName[];
}

/** Opens the chat if the browser has a cookie, and else the form. */
async function open(): Promise<void> {
  const response = await fetch('/me');
  signIn.hidden = response.ok;
  chat.hidden = !response.ok;
  signOut.hidden = !response.ok;
  if (response.ok) enter(await response.json());
  else find(signIn, 'input', HTMLInputElement).focus();
}

function enter({ user, rooms: names }: Me): void {
  // The cookie is the credentials. A page loads the last 50 messages of each room.
  const current = connect('/session', { credentials: 'request', extensions: [channels({ history: 50 })] });
  session = current;
  current.on('state', (change) => show(change, user));
  const api = contractClient(contract, current);
  const rooms = names.map((name) => new Room(api.channel(name)));
  const select = (selected: Room | undefined) => {
    for (const room of rooms) room.show(room === selected);
  };
  for (const room of rooms) room.button.addEventListener('click', () => select(room));
  find(document, '#rooms', HTMLElement).replaceChildren(
    ...rooms.map(({ button }) => {
      const item = document.createElement('li');
      item.append(button);
      return item;
    }),
  );
  find(document, '#views', HTMLElement).replaceChildren(...rooms.map(({ view }) => view));
  select(rooms[0]);
}

function show({ state, retryInMs = 0 }: StateChange, user: string): void {
  const isWaiting = state === 'waiting' || state === 'postponed';
  status.className = isWaiting ? 'bad' : '';
  status.textContent =
    state === 'ready'
      ? `Signed in as ${user}`
      : isWaiting
        ? `The connection is lost. Trying again in ${Math.ceil(retryInMs / 1_000)} s`
        : state === 'signedOut' || state === 'closed'
          ? 'Signed out'
          : 'Connecting';
  // The cookie has expired, or this browser has signed out in another tab.
  if (state === 'signedOut' || state === 'closed') void open();
}

signIn.addEventListener('submit', async (event) => {
  event.preventDefault();
  const response = await fetch('/sign-in', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(Object.fromEntries(new FormData(signIn))),
  });
  problem.textContent = response.ok ? '' : 'Wrong username or password.';
  if (!response.ok) return;
  signIn.reset();
  await open();
});

signOut.addEventListener('click', async () => {
  await fetch('/sign-out', { method: 'POST' });
  session?.close();
});

void open();
