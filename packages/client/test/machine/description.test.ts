/** The description that programs run is the machine (`vitest run packages/client/ -u` writes it anew). */
import { writeDescription } from '@sallyport/compile';
import { expect, it } from 'vitest';
import { clientMachine } from '../../src/machine.ts';
import * as functions from '../../src/machine-functions.ts';

it('the description is what compile makes of the machine', async () => {
  const source = writeDescription(clientMachine, { path: './machine-functions.ts', exports: functions });
  await expect(source).toMatchFileSnapshot('../../src/description.ts');
});
