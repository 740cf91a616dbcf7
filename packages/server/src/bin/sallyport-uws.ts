#!/usr/bin/env node
/** sallyport-uws: the server on the native uWebSockets.js. */
import { runProgram } from '../program.ts';
import { uwsTransport } from '../transports.ts';

await runProgram(uwsTransport);
