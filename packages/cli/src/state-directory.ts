/** The directory for what the program keeps between runs (XDG Base Directory Specification). */
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

/** `$XDG_STATE_HOME/sallyport`, by default `~/.local/state/sallyport`. A relative `XDG_STATE_HOME` is ignored, as the specification says. */
export function stateDirectory({ XDG_STATE_HOME: state = '' }: NodeJS.ProcessEnv): string {
  return join(isAbsolute(state) ? state : join(homedir(), '.local', 'state'), 'sallyport');
}
