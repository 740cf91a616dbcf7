#!/usr/bin/env node
/** sallyport-ws: the server on `ws`. */
import { runProgram } from '../program.ts';
import { wsTransport } from '../transports.ts';

await runProgram(wsTransport);
