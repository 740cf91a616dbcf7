/** A value of the configuration, with the name of its source. */
export interface OptionValue<T> {
  readonly value: T;
  /** For error messages: `--users`, `SALLYPORT_USERS`, or `users in sallyport.json`. */
  readonly name: string;
}
