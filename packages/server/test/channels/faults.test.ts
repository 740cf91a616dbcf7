/** The lines of the log about errors that channels catch. */
import { SimulatedClock } from '@sallyport/core/testing';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { logChannelFaults } from '../../src/channels/faults.ts';
import { createRepeatLimiter } from '../../src/repeat-limiter.ts';

it('an error in channels is one line with its source and its channel', () => {
  const lines: string[] = [];
  const log = pino({ base: null, timestamp: false }, { write: (line: string) => void lines.push(line) });
  const report = logChannelFaults(log, createRepeatLimiter(new SimulatedClock()));
  report({ source: 'broker', error: new Error('down'), channel: 'demo:a' });
  report({ source: 'observer', error: new Error('odd'), channel: undefined });
  expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
    { event: 'fault', source: 'broker', channel: 'demo:a', msg: 'channels: the broker failed' },
    { event: 'fault', source: 'observer', msg: 'channels: the observer failed' },
  ]);
});
