/** Health and readiness. */
import { expect, it } from 'vitest';
import { harness } from './harness.ts';

it('/readyz is 200 if every check is well', async () => {
  const ready = { draining: () => undefined, broker: async () => undefined };
  expect(await harness({ ready }).ask('GET', '/readyz')).toMatchObject({
    status: 200,
    json: { status: 'ready', checks: { draining: 'ok', broker: 'ok' } },
  });
});

it('/readyz is 503 and names what is not well, without the text of an error', async () => {
  const ready = {
    draining: () => 'draining',
    broker: () => Promise.reject(new Error('redis://user:secret@broker')),
    certificate() {
      throw new Error('secret');
    },
    other: () => undefined,
  };
  const { status, json, content } = await harness({ ready }).ask('GET', '/readyz');
  expect(status).toBe(503);
  expect(json).toEqual({
    status: 'notReady',
    checks: { draining: 'draining', broker: 'failed', certificate: 'failed', other: 'ok' },
  });
  expect(content).not.toContain('secret');
});

it('/readyz?exclude=NAME leaves a check out, and does not run it', async () => {
  let runs = 0;
  const ready = {
    server: () => undefined,
    broker: () => {
      runs += 1;
      return 'interrupted';
    },
    certificate: () => 'expired',
  };
  const { ask } = harness({ ready });
  expect(await ask('GET', '/readyz?exclude=broker')).toMatchObject({
    status: 503,
    json: { checks: { server: 'ok', broker: 'excluded', certificate: 'expired' } },
  });
  expect(await ask('GET', '/readyz?exclude=broker&exclude=certificate')).toMatchObject({
    status: 200,
    json: { status: 'ready' },
  });
  expect(runs).toBe(0);
});

it('/readyz?exclude= leaves a name alone that has no check', async () => {
  const { ask } = harness({ ready: { server: () => undefined } });
  expect(await ask('GET', '/readyz?exclude=broker&exclude=')).toMatchObject({
    status: 200,
    json: { status: 'ready', checks: { server: 'ok' } },
  });
});

it('/healthz is 200 also where the server is not ready', async () => {
  const ready = { draining: () => 'draining' };
  expect(await harness({ ready }).ask('GET', '/healthz')).toMatchObject({
    status: 200,
    json: { status: 'ok' },
  });
});
