/** The error for a value that does not fit the contract, where its own side of the connection is at fault. */
import { firstIssue, type Issue, type Issues } from './issues.ts';

/**
 * A result or a message does not fit the contract. On the server its own code made the value: the session reports a fault, and the client
 * gets no details. On the client the server sent it, so the two ends have different contracts.
 */
export class ContractError extends Error {
  /** The name of the class. */
  override readonly name = 'ContractError';
  /** Why the value does not fit. At most 16 issues. Empty if the schema itself is at fault. */
  readonly issues: readonly Issue[];

  /** `what` names the value, as in "the result of room.history". `issues`: a text, or the issues of the schema. */
  constructor(what: string, issues: Issues | string) {
    super(
      typeof issues === 'string'
        ? `${what} ${issues}`
        : `${what} does not fit the contract: ${firstIssue(issues)}`,
    );
    this.issues = typeof issues === 'string' ? [] : issues.issues;
  }
}
