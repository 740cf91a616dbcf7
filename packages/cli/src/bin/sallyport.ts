#!/usr/bin/env node
/** sallyport: the terminal client, and the editor of user files. */
import { run } from '../program.ts';

process.exitCode = await run(process.argv.slice(2));
