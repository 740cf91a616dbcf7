/**
 * The globals of every JavaScript runtime that core uses. TypeScript shows core no other global outside the language itself.
 */
interface AbortSignal {
  readonly aborted: boolean;
  addEventListener(type: 'abort', listener: () => void): void;
}
declare class AbortController {
  readonly signal: AbortSignal;
  abort(): void;
}
declare const console: { error(text: string): void };
