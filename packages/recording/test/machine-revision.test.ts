/** The revision of the machine. */
import { sessionMachine } from '@sallyport/core';
import { machineRevision } from '@sallyport/recording';
import { expect, it } from 'vitest';
import { revisionOf } from '../src/machine-revision.ts';

it('the revision is that of the session machine, and a changed transition has another one', () => {
  expect(machineRevision).toBe(revisionOf(sessionMachine));
  const definition = JSON.parse(JSON.stringify(sessionMachine.toJSON()));
  const revisionOfCopy = revisionOf({ toJSON: () => definition });
  definition.states.closing.on['connection.closed'][0].target = ['#session.established'];
  expect(revisionOf({ toJSON: () => definition })).not.toBe(revisionOfCopy);
});
