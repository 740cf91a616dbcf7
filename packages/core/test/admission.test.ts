/** Who is let in at the upgrade (PROTOCOL.md, section 1). */
import { createSessions, type UpgradeRequest } from '@sallyport/core';
import { SimulatedClock } from '@sallyport/core/testing';
import { jsonProtocol } from '@sallyport/protocol';
import { describe, expect, it } from 'vitest';
import { admin } from './gate.ts';

const sessions = createSessions({
  authenticate: admin,
  clock: new SimulatedClock(),
  origins: ['https://app.example', 'null'],
});
const request: UpgradeRequest = {
  address: '192.0.2.1',
  origin: undefined,
  host: 'gate.example:5678',
  protocols: undefined,
  version: '13',
};
const admit = (headers: Partial<UpgradeRequest>) => sessions.admit({ ...request, ...headers });

describe('an origin', () => {
  it.each([
    undefined,
    'http://gate.example:5678',
    'https://GATE.example:5678',
    'https://app.example',
    'null',
  ])('A40: is let in: %s', (origin) => {
    expect(admit({ origin })).toHaveProperty('protocol');
  });

  it.each([
    '',
    'https://gate.example',
    'https://gate.example:5679',
    'https://gate.example:5678.evil.example',
    'https://evil-gate.example:5678',
    'https://evil.example/gate.example:5678',
    'ftp://gate.example:5678',
    'gate.example:5678',
    'https://APP.example',
    'http://app.example',
    'https://app.example:8443',
  ])('A40: is refused: %s', (origin) => {
    expect(admit({ origin })).toMatchObject({ status: 403 });
  });

  it('is refused where there is no host to compare it with', () => {
    expect(admit({ origin: 'https://gate.example', host: undefined })).toMatchObject({ status: 403 });
  });

  it('A40: is nobody’s unless listed', () => {
    const strict = createSessions({ authenticate: admin, clock: new SimulatedClock() });
    expect(strict.admit({ ...request, origin: 'null' })).toMatchObject({ status: 403 });
  });
});

describe('a subprotocol', () => {
  it.each([
    [undefined, 'text'],
    ['sallyport.v1', 'json'],
    ['chat, sallyport.v1', 'json'],
  ])('offered as %s makes it %s', (protocols, name) => {
    expect(admit({ protocols })).toMatchObject({ protocol: { name } });
  });

  it.each(['chat', '', 'SALLYPORT.V1', 'text'])('that nobody speaks is refused: %s', (protocols) => {
    expect(admit({ protocols })).toMatchObject({ status: 400 });
  });

  it('has to be offered where only named ones are spoken', () => {
    const strict = createSessions({
      authenticate: admin,
      clock: new SimulatedClock(),
      protocols: [jsonProtocol],
    });
    expect(strict.admit(request)).toMatchObject({ status: 400 });
  });
});

describe('a version of the protocol', () => {
  it.each(['8', '14', undefined])('other than 13 is told which one: %s', (version) => {
    expect(admit({ version })).toMatchObject({ status: 426, headers: { 'sec-websocket-version': '13' } });
  });
});

describe('who is turned away', () => {
  it('is counted, and whoever observes is told why', () => {
    const seen: unknown[] = [];
    const observed = createSessions({
      authenticate: admin,
      clock: new SimulatedClock(),
      observe: { turnedAway: ({ origin }, status) => seen.push([origin, status]) },
    });
    observed.admit({ ...request, origin: 'https://evil.example' });
    observed.admit(request);
    expect([seen, observed.counters.turnedAway]).toEqual([[['https://evil.example', 403]], 1]);
  });

  it('stays so if an observer throws', () => {
    const faults: unknown[] = [];
    const observed = createSessions({
      authenticate: admin,
      clock: new SimulatedClock(),
      onFault: ({ source }) => faults.push(source),
      observe: {
        turnedAway() {
          throw new Error('broken');
        },
      },
    });
    expect(observed.admit({ ...request, version: '8' })).toMatchObject({ status: 426 });
    expect(faults).toEqual(['observer']);
  });
});
