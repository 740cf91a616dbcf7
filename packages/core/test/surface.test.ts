/** What the package exports, and how much code there is to read. */
import { readdirSync, readFileSync } from 'node:fs';
import * as core from '@sallyport/core';
import * as testing from '@sallyport/core/testing';
import { expect, it } from 'vitest';

it('core exports these names', () => {
  expect(Object.keys(core).sort()).toEqual([
    'RequestError',
    'UpgradeHeaders',
    'UsageError',
    'accept',
    'checkKnownOptions',
    'compiledEngine',
    'createSessions',
    'echo',
    'inspectedEngine',
    'overload',
    'postpone',
    'refuse',
    'sessionMachine',
    'sourceOf',
    'subscriberOf',
    'xstateEngine',
  ]);
  expect(Object.keys(testing).sort()).toEqual([
    'RecordingConnection',
    'SimulatedClock',
    'isLate',
    'modelPaths',
    'modelReport',
    'pathName',
    'runPath',
    'sampleFacts',
    'stepsOf',
    'verifiedAttempts',
  ]);
});

it('core stays readable: the machine, each file and the whole have a maximum length', () => {
  const folder = new URL('../src/', import.meta.url);
  const lines = Object.fromEntries(
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts') && !name.startsWith('testing/'))
      .map((name) => [name, codeLines(readFileSync(new URL(name, folder), 'utf8'))]),
  );
  const { 'machine/machine.ts': machine, ...others } = lines;
  expect(machine).toBeLessThan(290);
  expect(Math.max(...Object.values(others))).toBeLessThan(236);
  // Some 600 of these lines are admission (limits, addresses, hosts, origins, the request and its credentials), 560 are requests and channels, 120
  // are the control of several servers, and a hundred check options. Another 150 change limits and origins, and watch single sessions, while the
  // server runs. 50 compare an upgrade request with the last one that was admitted, and refuse data that no adapter can send.
  expect(Object.values(lines).reduce((sum, one) => sum + one, 0)).toBeLessThan(4_100);
});

it('one file of a session calls the connection, so no other file can call it after it has closed', () => {
  const folder = new URL('../src/session/', import.meta.url);
  // A call or a property of a connection; not the name of the file of the port.
  const calling = readdirSync(folder).filter((name) =>
    /(?<!\/)\bconnection\??\.\w/.test(readFileSync(new URL(name, folder), 'utf8')),
  );
  expect(calling).toEqual(['outbound.ts']);
});

/** Lines that are neither blank nor comment. */
function codeLines(source: string): number {
  const code = source.replace(/\/\*[\s\S]*?\*\//g, '').split('\n');
  return code.filter((line) => line.trim() !== '' && !line.trim().startsWith('//')).length;
}
