/** Stories of a client whose upgrade request carries its credentials: it sends none, and waits for the answer. */
import { describe, expect, it } from 'vitest';
import { scriptedServer } from './scripted-server.ts';

const authenticated = { type: 'authenticated', user: 'ada' };

async function begin() {
  const server = scriptedServer();
  const { session, steps } = server.connect({ credentials: 'request' });
  await server.pass();
  return { server, session, steps };
}

describe("a client with credentials: 'request'", () => {
  it('sends nothing, and is ready when the server says so', async () => {
    const { server, session } = await begin();
    expect([session.path, server.received]).toEqual(['authenticating.awaitingVerdict', []]);
    await server.send(authenticated);
    await session.ready;
    expect([session.user, server.received, server.connections]).toEqual(['ada', [], 1]);
  });

  it('is signed out after a refusal, and tries the new cookie when the program resumes', async () => {
    const { server, session } = await begin();
    session.ready.catch(() => {});
    await server.send({ type: 'refused', attemptsLeft: 4 });
    expect([session.state, session.reason]).toEqual(['signedOut', 'credentialsRefused']);
    await server.pass(120_000);
    expect(server.connections).toBe(1);
    session.resume();
    await server.pass();
    await server.send(authenticated);
    expect([session.state, server.connections, server.received]).toEqual(['ready', 2, []]);
  });

  it('is signed out if the server closes (4408), because the request had no credentials', async () => {
    const { server, session } = await begin();
    session.ready.catch(() => {});
    await server.pass(10_000);
    await server.close(4408);
    expect([session.state, session.reason]).toEqual(['signedOut', 'authenticationTimedOut']);
  });

  it('connects again by itself after a loss, with the request as before', async () => {
    const { server, session } = await begin();
    await server.send(authenticated);
    await server.close(1006);
    await server.pass(1_000);
    await server.send(authenticated);
    expect([session.state, server.connections, server.received]).toEqual(['ready', 2, []]);
  });

  it('sends postponed credentials again by a new request', async () => {
    const { server, session } = await begin();
    await server.send({ type: 'postponed', retryInMs: 5_000 });
    expect([session.state, server.connections]).toEqual(['postponed', 1]);
    await server.pass(6_000);
    await server.pass(1_000);
    expect(server.connections).toBe(2);
    await server.send(authenticated);
    expect([session.state, server.received]).toEqual(['ready', []]);
  });

  it('is tried again if the server says nothing for 20 s', async () => {
    const { server, session, steps } = await begin();
    await server.pass(19_999);
    expect(session.path).toBe('authenticating.awaitingVerdict');
    await server.pass(1);
    expect(steps.join()).toContain('waiting credentialsUnanswered');
  });

  it('asks for no renewal before the expiry', async () => {
    const { server, session } = await begin();
    await server.send({ ...authenticated, expiresInMs: 10_000 });
    await server.pass(9_999);
    expect([session.path, server.received]).toEqual(['ready.steady', []]);
  });

  it('needs the JSON protocol, and says so', () => {
    expect(() => scriptedServer().connect({ credentials: 'request', protocol: 'text' })).toThrow(
      "credentials: 'request' needs the protocol 'json'",
    );
  });
});
