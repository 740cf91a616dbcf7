/** What a `context` function can read of an upgrade request, and that it can read nothing later. */
import { createSessions, type RequestView, UsageError } from '@sallyport/core';
import { SimulatedClock } from '@sallyport/core/testing';
import { describe, expect, it } from 'vitest';
import { EndingView } from '../../src/admission/request-view.ts';
import { admin } from '../harness.ts';
import { rawRequest, upgradeRequest } from '../raw-request.ts';

const lines = [
  ['Host', 'gate.example'],
  ['X-Tag', 'a'],
  ['x-tag', ' b '],
  ['Cookie', 'sid=1'],
  ['cookie', 'theme=dark'],
] as const;
const view = new EndingView(rawRequest(lines, '/chat?room=1&x=a+b'), '192.0.2.1');

describe('a view of an upgrade request', () => {
  it('has the method, the target and its parts', () => {
    expect([view.method, view.url, view.path, view.address]).toEqual([
      'GET',
      '/chat?room=1&x=a+b',
      '/chat',
      '192.0.2.1',
    ]);
    expect(view.query['room']).toBe('1');
    expect(view.query['x']).toBe('a b');
    expect(new EndingView(rawRequest([], '/chat'), '').query['room']).toBeUndefined();
  });

  it('finds headers in any case, and joins repeated ones', () => {
    expect(view.header('X-TAG')).toBe('a, b');
    expect(view.header('host')).toBe('gate.example');
    expect(view.header('constructor')).toBeUndefined();
  });

  it('has the cookies of every line', () => {
    expect(view.header('cookie')).toBe('sid=1; theme=dark');
    expect(view.cookies['sid']).toBe('1');
    expect(view.cookies['theme']).toBe('dark');
  });

  it('throws an error that names the fix once the function has returned', () => {
    let kept: RequestView | undefined;
    const sessions = createSessions({ authenticate: admin, clock: new SimulatedClock() });
    const reader = sessions.requestReader(
      {
        context: (request) => {
          kept = request;
          return request.cookies['sid'];
        },
      },
      false,
    );
    const admission = sessions.admit(upgradeRequest, reader?.reading(rawRequest(lines)));
    expect(admission).toHaveProperty('peer', { address: '192.0.2.1', context: '1' });
    const late = kept as unknown as RequestView;
    const reads = [
      () => late.method,
      () => late.url,
      () => late.path,
      () => late.query,
      () => late.cookies,
      () => late.address,
      () => late.header('host'),
    ];
    for (const read of reads) {
      expect(read).toThrow(UsageError);
      expect(read).toThrow('request can be read only while `context` runs; return what you need of it');
    }
  });
});
