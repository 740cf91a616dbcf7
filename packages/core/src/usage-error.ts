/** The one error that this package throws: its caller gave it something that it cannot work with. */
export class UsageError extends TypeError {
  override readonly name = 'UsageError';
  /** What was wrong, such as `limits.attempts`. */
  readonly option: string;

  /** `rule` says what would be right, as in "must be a function"; what was given instead is added. */
  constructor(option: string, rule: string, ...given: readonly unknown[]) {
    const instead = given.map((value) => `, not ${describeValue(value)}`);
    super(`${option} ${rule}${instead.join('')}`);
    this.option = option;
  }
}

/** Whatever it is, and without a call of anything that is its own: it may be made to throw. */
function describeValue(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'function') return 'a function';
  if (typeof value !== 'object' || value === null) return String(value);
  return Array.isArray(value) ? 'an array' : 'an object';
}
