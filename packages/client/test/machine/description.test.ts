/** What runs, read ahead of time: it is the machine, to the letter (`vitest run packages/client/ -u` writes it anew). */
import { writeDescription } from '@sallyport/compile';
import { expect, it } from 'vitest';
import { clientMachine } from '../../src/machine.ts';
import * as functions from '../../src/machine-functions.ts';

it('is what the machine is', async () => {
  const source = writeDescription(clientMachine, { path: './machine-functions.ts', exports: functions });
  await expect(source).toMatchFileSnapshot('../../src/description.ts');
});
