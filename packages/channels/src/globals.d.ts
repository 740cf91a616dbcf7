/**
 * The globals of every JavaScript runtime that core and channels use. TypeScript shows them no other global outside the language itself.
 */
interface AbortSignal {
  readonly aborted: boolean;
  addEventListener(type: 'abort', listener: () => void): void;
}
declare class AbortController {
  readonly signal: AbortSignal;
  abort(): void;
}
/** Decodes base64 to a text of one character for each byte. Throws for other text. */
declare function atob(text: string): string;
declare const console: { error(text: string): void };
