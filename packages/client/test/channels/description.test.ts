/** The description of the client's channel machine is that of the machine (`vitest run packages/client/ -u` writes it again). */
import { checkDescription, writeDescription } from '@sallyport/compile';
import { expect, it } from 'vitest';
import { description } from '../../src/channels/description.ts';
import { clientChannelMachine } from '../../src/channels/machine.ts';
import * as functions from '../../src/channels/machine-functions.ts';

it('the written description of the client channel machine is up to date', async () => {
  const source = writeDescription(clientChannelMachine, {
    path: './machine-functions.ts',
    exports: functions,
  });
  await expect(source).toMatchFileSnapshot('../../src/channels/description.ts');
});

it('the loaded description of the client channel machine has the states and the functions of the machine', () => {
  expect(() => checkDescription(description, clientChannelMachine)).not.toThrow();
});
