/** The command line, for whoever wants to run it within a process of their own. */
export { run } from './program.ts';
