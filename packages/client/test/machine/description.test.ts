/** The client's description is that of its machine (`vitest run packages/client/ -u` writes it again). */
import { checkDescription, writeDescription } from '@sallyport/compile';
import { expect, it } from 'vitest';
import { description } from '../../src/description.ts';
import { clientMachine } from '../../src/machine.ts';
import * as functions from '../../src/machine-functions.ts';

it('the written description of the client machine is up to date', async () => {
  const source = writeDescription(clientMachine, { path: './machine-functions.ts', exports: functions });
  await expect(source).toMatchFileSnapshot('../../src/description.ts');
});

it('the loaded description of the client machine has the states and the functions of the machine', () => {
  expect(() => checkDescription(description, clientMachine)).not.toThrow();
});
