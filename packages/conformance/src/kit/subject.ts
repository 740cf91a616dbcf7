/** The adapter under test. */
import type { Patience } from './patience.ts';
import type { Capabilities, Start } from './transport.ts';

/** An adapter under test: how to serve, the capabilities of its transport, and how long stories wait. */
export interface Subject {
  readonly start: Start;
  readonly capabilities: Capabilities;
  readonly patience: Patience;
}
