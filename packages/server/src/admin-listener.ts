/**
 * The admin listener: its address and token, its start, and what it logs. The server opens one, with workers the parent does.
 *
 * Proven by: test/admin.test.ts, test/admin-options.test.ts, test/workers/admin.test.ts.
 */
import type { AdminHandler } from '@sallyport/operations';
import type { Logger } from 'pino';
import { type AdminAccess, adminAccess } from './admin-access.ts';
import type { AdminOptions } from './admin-options.ts';
import { describeError } from './describe-error.ts';
import { StartupError } from './startup-error.ts';

export interface AdminListener {
  /** The token that the handler must require. Undefined: none. */
  readonly token: string | undefined;
  /** Listens from now on. Throws a `StartupError` if it cannot. `more` is for the log. */
  listen(handler: AdminHandler, more?: string): Promise<void>;
}

/** Throws a `StartupError` if the token or the address cannot be used. */
export async function openAdminListener(options: AdminOptions, log: Logger): Promise<AdminListener> {
  const access = await adminAccess(options);
  return {
    token: access.token,
    async listen(handler, more) {
      const { listenAdmin } = await import('@sallyport/operations');
      const { url } = await listenAdmin(handler, { host: access.address, port: options.port.value }).catch(
        (error: NodeJS.ErrnoException) => {
          throw listenProblem(options, error);
        },
      );
      announce(log, more ? `${url}; ${more}` : url, url, access, options);
    },
  };
}

/** Logs an error of the handler itself. */
export function adminFaults(log: Logger): (error: unknown) => void {
  return (error) =>
    log.error({ event: 'fault', source: 'admin', err: describeError(error) }, 'the admin listener failed');
}

function listenProblem({ port, host }: AdminOptions, { code, message }: NodeJS.ErrnoException): StartupError {
  const given = `${port.name} ${port.value}`;
  if (code === 'EADDRINUSE')
    return new StartupError(
      `${given}: another program uses this port; choose another one, or 0 for a free one`,
    );
  if (code === 'EACCES')
    return new StartupError(`${given}: this user may not listen on the port; choose one from 1024 on`);
  if (code === 'EADDRNOTAVAIL')
    return new StartupError(`${host.name} ${host.value}: this machine does not have the address`);
  return new StartupError(`${given}: ${message}`);
}

/** At every level: with port 0 the operator must learn the port. */
function announce(
  log: Logger,
  where: string,
  url: string,
  { isLoopback, token }: AdminAccess,
  { inspectPayloads }: AdminOptions,
): void {
  log
    .child({}, { level: 'info' })
    .info({ event: 'admin.listening', url, token: token !== undefined }, `admin listener on ${where}`);
  if (!isLoopback)
    log.warn(
      { event: 'admin.clearText' },
      'the token of the admin listener travels unencrypted on the network',
    );
  if (inspectPayloads)
    log.warn({ event: 'admin.payloads' }, 'the live view shows what users write (--inspect-payloads)');
}
