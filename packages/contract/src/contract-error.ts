/** The error for a value that does not fit the contract, where its own side of the connection is at fault. */
import { firstPlace, type Issue, type Issues } from './issues.ts';

/**
 * A result or a message does not fit the contract. On the server its own code made the value: the session reports a fault, and the client
 * gets no details. On the client the server sent it, so the two ends have different contracts.
 *
 * The message names the first wrong place, and no text of the schema: valibot and arktype quote the value, which may be a secret, and
 * servers log the message. `issues` has the texts.
 */
export class ContractError extends Error {
  /** The name of the class. */
  override readonly name = 'ContractError';
  /** Why the value does not fit. At most 16 issues. Empty if the schema itself is at fault. The texts may quote the value. */
  readonly issues: readonly Issue[];

  /** `what` names the value, as in "the result of room.history". `issues`: a text, or the issues of the schema. */
  constructor(what: string, issues: Issues | string) {
    super(
      typeof issues === 'string'
        ? `${what} ${issues}`
        : `${what} does not fit the contract${firstPlace(issues)}`,
    );
    this.issues = typeof issues === 'string' ? [] : issues.issues;
  }
}
