/** Whether the processes of a transport can share an address. Proven by: test/workers/option.test.ts. */
import { isTcp } from '../host.ts';
import type { OptionValue } from '../option-source.ts';
import { StartupError } from '../startup-error.ts';
import type { Transport } from '../transport.ts';

/** Throws a `StartupError` if the processes of this transport cannot share the address. */
export function checkSharing({ name }: OptionValue<number>, transport: Transport, host: string): void {
  if (process.platform === 'win32')
    throw new StartupError(`${name}: processes cannot share a port on Windows; start without ${name}`);
  if (transport.sharing === undefined)
    throw new StartupError(
      `${name}: the transport of this program has no \`sharing\`, so its processes cannot share a port; start without ${name}`,
    );
  if (transport.sharing === 'reusePort' && !isTcp(host))
    throw new StartupError(
      `${name}: the processes of ${transport.name} can share a port, but not ${host}; give --host an address, or use sallyport-ws`,
    );
}
