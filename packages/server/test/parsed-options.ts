/** What the options of a command line become, or the error that a wrong one gives. */
import { type Options, parseOptions } from '../src/options.ts';
import { StartupError } from '../src/startup-error.ts';

export function optionsOf(...args: string[]): Options {
  const parsed = parseOptions({ name: 'sallyport-ws', library: 'ws' }, args);
  if ('print' in parsed) throw new Error(parsed.print);
  return parsed.options;
}

/** The message of the `StartupError`. Throws if there is none. */
export function errorOf(...args: string[]): string {
  try {
    optionsOf(...args);
  } catch (error) {
    if (error instanceof StartupError) return error.message;
    throw error;
  }
  throw new Error(`throws no StartupError: ${args.join(' ')}`);
}
