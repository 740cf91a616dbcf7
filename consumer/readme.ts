/** The README's examples, as somebody would copy them out of it. */
import { readFileSync } from 'node:fs';

export interface Examples {
  /** The gate in an app on `ws`, and on uWebSockets.js. */
  readonly onWs: string;
  readonly onUws: string;
  /** The lines of a test; what stands around them is the reader's. */
  readonly test: string;
}

/** Throws if the README has a block of TypeScript that is none of them: it would be shown and never run. */
export function readExamples(): Examples {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const blocks = [...readme.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code = '']) => code);
  const take = (what: RegExp) => {
    const index = blocks.findIndex((code) => what.test(code));
    const [code] = index < 0 ? [] : blocks.splice(index, 1);
    if (code === undefined) throw new Error(`README.md has no block of TypeScript with ${what}`);
    return code;
  };
  const examples = {
    onWs: take(/from '@sallyport\/ws'/),
    onUws: take(/from '@sallyport\/uws'/),
    test: take(/new SimulatedClock\(/),
  };
  if (blocks.length > 0) throw new Error(`README.md has an example that is not run here:\n${blocks[0]}`);
  return examples;
}
