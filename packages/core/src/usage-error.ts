/** The one error that this package throws: its caller gave it something that it cannot work with. */
export class UsageError extends TypeError {
  override readonly name = 'UsageError';
  /** What was wrong, such as `limits.attempts`. */
  readonly option: string;

  /** `rule` says what would be right, as in "must be a function"; what was given instead is added. */
  constructor(option: string, rule: string, ...given: readonly unknown[]) {
    const instead = given.map(
      (value) => `, not ${typeof value === 'string' ? JSON.stringify(value) : value}`,
    );
    super(`${option} ${rule}${instead.join('')}`);
    this.option = option;
  }
}
