/** The globals of every JavaScript runtime that this package names. TypeScript shows it no other global outside the language itself. */
interface AbortSignal {
  readonly aborted: boolean;
}
