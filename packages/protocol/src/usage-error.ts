/** The error for a wrong argument or option of the caller, in every package. */
export class UsageError extends TypeError {
  /** The name of the class. */
  override readonly name = 'UsageError';
  /** The name of the wrong option, such as `limits.attempts`. */
  readonly option: string;

  /** `rule` states what is allowed, as in "must be a function". The message ends with the given value. */
  constructor(option: string, rule: string, ...given: readonly unknown[]) {
    const instead = given.map((value) => `, not ${describeValue(value)}`);
    super(`${option} ${rule}${instead.join('')}`);
    this.option = option;
  }
}

/** Describes any value without calling its methods, since those may throw. */
function describeValue(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'function') return 'a function';
  if (typeof value !== 'object' || value === null) return String(value);
  return Array.isArray(value) ? 'an array' : 'an object';
}
