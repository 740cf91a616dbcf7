/** The hosts that the server answers to (`allowedHosts`). */
import { createSessions } from '@sallyport/core';
import { SimulatedClock } from '@sallyport/core/testing';
import { describe, expect, it } from 'vitest';
import { admin } from '../harness.ts';

const sessionsOf = (allowedHosts?: readonly string[]) =>
  createSessions({ authenticate: admin, clock: new SimulatedClock(), ...(allowedHosts && { allowedHosts }) });

const always = [
  ...[undefined, '', 'localhost', 'LOCALHOST:5678', 'localhost.', 'app.localhost:5678', 'a.b.localhost.'],
  ...['127.0.0.1', '127.0.0.1:5678', '192.0.2.1:80', '[::1]', '[::1]:5678', '[2001:DB8::1]:443'],
];

describe('allowed hosts', () => {
  it.each(always)('A48: a host that no page can point elsewhere is always allowed: %s', (host) => {
    expect(sessionsOf([]).answersTo(host)).toBe(true);
  });

  it.each([
    'evil.example',
    'evil.example:5678',
    'localhost.evil.example',
    'evillocalhost',
    '127.0.0.1.evil.example',
    '127.1',
    '2130706433',
    '1.2.3.4.5',
    '[::1]evil.example',
    '[::g]',
    'a, b',
    'localhost, evil.example',
    'localhost/evil',
    'evil@localhost',
    'localhost:99999',
  ])('A48: a name that is not listed is not allowed: %s', (host) => {
    expect(sessionsOf([]).answersTo(host)).toBe(false);
    expect(sessionsOf(['gate.example']).answersTo(host)).toBe(false);
  });

  it('A48: a listed name is allowed in any case, on any port, with or without a dot at its end', () => {
    const sessions = sessionsOf(['Gate.example', 'dotted.example.']);
    for (const host of ['gate.example', 'GATE.example:1', 'gate.example.', 'dotted.example'])
      expect(sessions.answersTo(host)).toBe(true);
    for (const host of ['www.gate.example', 'gate.example.evil', 'agate.example'])
      expect(sessions.answersTo(host)).toBe(false);
  });

  it('A48: a name that is listed with a leading dot allows the names below it', () => {
    const sessions = sessionsOf(['.gate.example']);
    for (const host of ['gate.example', 'www.gate.example', 'a.b.gate.example.:80'])
      expect(sessions.answersTo(host)).toBe(true);
    for (const host of ['agate.example', 'gate.example.evil', 'example'])
      expect(sessions.answersTo(host)).toBe(false);
  });

  it('every host is allowed without a list', () => {
    expect(sessionsOf().answersTo('evil.example')).toBe(true);
  });
});

describe('the Host of an upgrade', () => {
  const request = { address: '192.0.2.1', origin: undefined, protocols: undefined, version: '13' };

  it('A48: an upgrade for another host is refused, also if its page is from that host', () => {
    const sessions = sessionsOf([]);
    const host = 'evil.example:5678';
    expect(sessions.admit({ ...request, host, origin: `http://${host}` })).toEqual({
      status: 421,
      text: 'host not allowed',
      headers: {},
    });
    expect(sessions.counters.upgradeRefused).toBe(1);
    expect(sessions.admit({ ...request, host: '127.0.0.1:5678' })).toHaveProperty('protocol');
    expect(sessions.admit({ ...request, host: undefined })).toHaveProperty('protocol');
  });

  it.each(['a.example, b.example', 'a b', 'a/b', 'u@a', 'a:b', 'a:99999', '[::1', '[1:2]', 'a\\b'])(
    'A49: an upgrade with a malformed Host is refused: %s',
    (host) => {
      expect(sessionsOf().admit({ ...request, host })).toMatchObject({
        status: 400,
        text: 'malformed Host header',
      });
    },
  );
});

describe('allowedHosts', () => {
  it.each([
    '',
    '.',
    '*',
    '*.example',
    'a.example:80',
    'a.example:',
    'https://a.example',
    'a/b',
    'a b',
    'a,b',
  ])('S10: an entry that is not a host name is refused: %s', (host) => {
    expect(() => sessionsOf([host])).toThrow(/^allowedHosts must be host names without a port/);
  });
});
