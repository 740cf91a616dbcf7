/** What the stories are about. */
import type { Patience } from './patience.ts';
import type { Capabilities, Start } from './transport.ts';

/** What is tested: an adapter that serves, what its transport has, and how long it may take. */
export interface Subject {
  readonly start: Start;
  readonly capabilities: Capabilities;
  readonly patience: Patience;
}
