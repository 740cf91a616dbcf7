/** The stepper of the sessions of a server, which shows an observer facts and commands. Proven by: test/session/telling.test.ts. */
import { Stepper } from '@sallyport/compile';
import type { Engine } from '../machine/engine.ts';
import type { Observer } from '../ports/observer.ts';
import type { SessionStepper } from './environment.ts';

/** Watches only where the observer has such a handler, so that other messages cost no extra call. */
export function stepperOf(engine: Engine, observe: Observer): SessionStepper {
  return new Stepper(engine, {
    fact: observe.fact && ((session, fact) => session.observe('fact', fact)),
    command: observe.command && ((session, command) => session.observe('command', command)),
  });
}
