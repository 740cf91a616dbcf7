/** The metrics of the process cost the same with any number of connections. */
import { existsSync } from 'node:fs';
import { createMetrics } from '@sallyport/operations';
import { expect, it } from 'vitest';

it('no metric of the process lists all connections', async () => {
  const text = await createMetrics().text();
  expect(text).toContain('process_cpu_seconds_total');
  expect(text).not.toMatch(/nodejs_active_/);
});

it.skipIf(!existsSync('/proc/self/fd'))('the number of open files is among the metrics', async () => {
  const [, count] = /^process_open_fds (\d+)$/m.exec(await createMetrics().text()) ?? [];
  expect(Number(count)).toBeGreaterThan(2);
});
