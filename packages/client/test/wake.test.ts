/** When the network or the page is back, a waiting session connects at once. No listener stays longer than the wait. */
import { afterEach, expect, it, vi } from 'vitest';
import { network } from './network.ts';

afterEach(() => vi.unstubAllGlobals());

/** A browser's global object and document, with a count of the listeners. */
function browser() {
  const counted = () => {
    const target = new EventTarget();
    const listening = new Set<unknown>();
    return {
      listening,
      addEventListener: (type: string, listener: () => void) => {
        listening.add(listener);
        target.addEventListener(type, listener);
      },
      removeEventListener: (type: string, listener: () => void) => {
        listening.delete(listener);
        target.removeEventListener(type, listener);
      },
      fire: (type: string) => target.dispatchEvent(new Event(type)),
    };
  };
  const page = counted();
  const document = { ...counted(), visibilityState: 'visible' };
  vi.stubGlobal('addEventListener', page.addEventListener);
  vi.stubGlobal('removeEventListener', page.removeEventListener);
  vi.stubGlobal('document', document);
  return { page, document, count: () => page.listening.size + document.listening.size };
}

async function waiting(options: Parameters<ReturnType<typeof network>['connect']>[0] = {}) {
  const events = browser();
  const net = network();
  const { session, changes } = net.connect(options);
  await net.pass();
  expect([session.state, events.count()]).toEqual(['ready', 0]);
  net.cut();
  await net.pass();
  expect(session.state).toBe('waiting');
  return { ...events, net, session, changes };
}

it.each([
  ['the network is back', 'online'],
  ['the page is back, from the cache too', 'pageshow'],
])('when %s, a waiting session connects at once', async (_, type) => {
  const { page, net, session, count } = await waiting();
  page.fire(type);
  await net.pass();
  expect([session.state, net.attempts, count()]).toEqual(['ready', 2, 0]);
});

it('when the page becomes visible, a waiting session connects at once, and not when it is hidden', async () => {
  const { document, net, session, count } = await waiting();
  document.visibilityState = 'hidden';
  document.fire('visibilitychange');
  await net.pass();
  expect(net.attempts).toBe(1);
  document.visibilityState = 'visible';
  document.fire('visibilitychange');
  await net.pass();
  expect([session.state, net.attempts, count()]).toEqual(['ready', 2, 0]);
});

it('a session that is closed while it waits leaves no listener', async () => {
  const { page, net, session, count } = await waiting();
  expect(count()).toBeGreaterThan(0);
  session.close();
  page.fire('online');
  await net.pass(60_000);
  expect([session.state, net.attempts, count()]).toEqual(['closed', 1, 0]);
});

it('a wait that the server asked for does not end early', async () => {
  const { page, count } = browser();
  const net = network({ limits: { messagesPerSecond: 1, burst: 5 } });
  const { session } = net.connect();
  await net.pass();
  for (let messages = 0; messages < 20; messages += 1) session.send('x');
  await net.pass();
  expect([session.state, session.reason, count()]).toEqual(['waiting', 'tooManyMessages', 0]);
  page.fire('online');
  await net.pass();
  expect(net.attempts).toBe(1);
});

it('a session reconnects in a runtime without such events too', async () => {
  vi.stubGlobal('addEventListener', undefined);
  vi.stubGlobal('document', undefined);
  const net = network();
  const { session } = net.connect();
  await net.pass();
  net.cut();
  await net.pass(500);
  await net.pass();
  expect(session.state).toBe('ready');
});
