/** The stories that every adapter tells alike. */
import { adapterStories } from '@sallyport/conformance';
import { serve, systemClock } from '@sallyport/ws';

adapterStories('ws', { clock: systemClock, serve, library: { saysWhy: true, waitsForClose: true } });
