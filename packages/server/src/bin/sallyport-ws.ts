#!/usr/bin/env node
/** sallyport-ws: the server on `ws`. */
import { serve, systemClock } from '@sallyport/ws';
import { run } from '../program.ts';

await run({ name: 'sallyport-ws', library: 'ws', clock: systemClock, loadServe: () => serve });
