/** The one error that this package throws: its caller gave it something that it cannot work with. */
export class UsageError extends TypeError {
  override readonly name = 'UsageError';
  /** What was wrong, such as `limits.attempts`. */
  readonly option: string;

  /** `rule` says what would be right, as in "must be a whole number of at least 1". */
  constructor(option: string, rule: string, given: unknown) {
    super(`${option} ${rule}, not ${typeof given === 'string' ? JSON.stringify(given) : String(given)}`);
    this.option = option;
  }
}
