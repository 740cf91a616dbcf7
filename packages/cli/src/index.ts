/** Runs the command line within another program's process. */
export { run } from './program.ts';
