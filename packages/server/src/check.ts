/**
 * `--check`: whether the server could start with these options. It loads the app, opens the files and makes the sessions, but starts
 * nothing and listens on nothing. Proven by: test/configuration/check.test.ts.
 */
import { readTlsFiles, ServeError } from '@sallyport/listen';
import { adminAccess } from './admin-access.ts';
import type { App } from './app.ts';
import { appOf, appSessionOptions } from './app-setup.ts';
import { createAuthentication } from './authentication.ts';
import { refuseAppChannels } from './broker.ts';
import { readChannelsFile } from './channels/file.ts';
import { authenticateDemoUser } from './demo-user.ts';
import { connectionsLimit } from './file-limit.ts';
import { resolveHost } from './host.ts';
import { createLogger } from './logging.ts';
import type { Options } from './options.ts';
import { createServerSessions } from './server-sessions.ts';
import { StartupError } from './startup-error.ts';
import type { Transport } from './transport.ts';
import { checkSharing } from './workers/sharing.ts';

/** Returns the text to print. Throws a `StartupError` if the server could not start. */
export async function check(transport: Transport, options: Options, given: App | undefined): Promise<string> {
  const app = await appOf(options, given);
  const hasDemoUser = !options.authentication && !app.authenticate;
  const host = await resolveHost(options, undefined, hasDemoUser);
  refuseAppChannels(options.broker, app);
  if (options.workers) checkSharing(options.workers, transport, host);
  connectionsLimit(options.maxConnections);
  if (options.admin) await adminAccess(options.admin);
  if (options.tls) checkTls(options.tls);
  if (options.channels) readChannelsFile(options.channels);
  await transport.loadServe();
  const { clock } = transport;
  const log = createLogger('silent', { write() {} });
  const authentication =
    options.authentication && (await createAuthentication(options.authentication, clock, log));
  createServerSessions(options, host, {
    ...(await appSessionOptions(app, options)),
    authenticate: app.authenticate ?? authentication?.authenticate ?? authenticateDemoUser,
    clock,
  });
  return `${transport.name}: the configuration is valid\n`;
}

function checkTls(files: Required<Options>['tls']): void {
  try {
    readTlsFiles(files);
  } catch (error) {
    throw error instanceof ServeError ? new StartupError(error.message) : error;
  }
}
