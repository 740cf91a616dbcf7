/** The two transports of this package: `ws`, and the native uWebSockets.js. Each library is loaded only if it is used. */
import { systemClock } from '@sallyport/listen';
import type { Transport } from './transport.ts';
import { loadNative } from './uws-binary.ts';

/** On `ws`. */
export const wsTransport: Transport = {
  name: 'sallyport-ws',
  library: 'ws',
  clock: systemClock,
  sharing: 'inherited',
  loadServe: async () => (await import('@sallyport/ws')).serve,
};

/** On the native uWebSockets.js. `loadServe` throws a `StartupError` if this Node and platform have no binary of it. */
export const uwsTransport: Transport = {
  name: 'sallyport-uws',
  library: 'uWebSockets.js',
  clock: systemClock,
  sharing: 'reusePort',
  async loadServe(reusesPort = false) {
    const library = loadNative();
    const { serve } = await import('@sallyport/uws');
    return (sessions, options) => serve(sessions, { library, reusePort: reusesPort, ...options });
  },
};
