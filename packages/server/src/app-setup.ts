/**
 * From an app to a running server: which app runs, what it brings to the sessions and to the port, and its start. A mistake of the app
 * is a `StartupError` of one line that names the field.
 *
 * `@sallyport/contract` is loaded only where an app has a contract. Proven by: test/app.test.ts, test/run.test.ts.
 */
import type { ContractDefinition } from '@sallyport/contract';
import { echo, type RequestOptions, type Sessions, type SessionsOptions, UsageError } from '@sallyport/core';
import type { App, Stop } from './app.ts';
import { loadApp } from './app-file.ts';
import type { Options } from './options.ts';
import { StartupError } from './startup-error.ts';

/** The app of the caller or of `--app`. Without either, the fields of an app have their defaults. */
export async function appOf(
  { app: file, authentication, channels }: Options,
  given: App | undefined,
): Promise<App> {
  if (given && file)
    throw new StartupError(`${file.name} has no effect: this program brings an app of its own`);
  const app = given ?? (file ? await loadApp(file) : {});
  const [option] = Object.values(authentication ?? {});
  if (app.authenticate && option)
    throw new StartupError(
      `${option.name} and the app's \`authenticate\` exclude each other: both decide on credentials; remove one of them`,
    );
  if (app.channels && channels)
    throw new StartupError(
      `${channels.name} and the app's \`channels\` exclude each other: both decide on channels; remove one of them`,
    );
  return app;
}

type AppSessionOptions = Pick<SessionsOptions, 'application' | 'requests' | 'channels'>;
type Ends = Required<Pick<SessionsOptions, 'application' | 'requests'>>;

/** The options of `createSessions` that come from the app. Implements its contract. */
export async function appSessionOptions(app: App, options: Options): Promise<AppSessionOptions> {
  const { application, requests, contract, channels } = app;
  const served = channels && { channels };
  if (contract) return { ...served, ...(await implemented(contract, app, options)) };
  return {
    ...served,
    ...(application && { application }),
    // `checkApp` lets in an object only beside a contract.
    ...(typeof requests === 'function' && { requests }),
  };
}

async function implemented(
  contract: ContractDefinition,
  { application, requests, message }: App,
  options: Options,
): Promise<Ends> {
  const { implement } = await import('@sallyport/contract');
  const handlers = { ...(requests && { requests }), ...(message && { message }), text: application ?? echo };
  try {
    // Only the app knows the types of its contract. `implement` checks the names.
    const ends = implement(contract, handlers as never) as unknown as Ends;
    return { application: ends.application, requests: ends.requests };
  } catch (error) {
    throw asStartupError(error, options);
  }
}

/** The options of the port that come from the app. */
export function appRequestOptions({ context, credentials }: App): RequestOptions {
  return { ...(context && { context }), ...(credentials && { credentials }) };
}

/** Calls the app's `start`. Returns the function that it returned. */
export async function startApp(
  { start }: App,
  sessions: Sessions,
  options: Options,
): Promise<Stop | undefined> {
  if (!start) return undefined;
  let stop: unknown;
  try {
    stop = await start(sessions);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new StartupError(`${sourceOf(options)}start failed: ${message}`);
  }
  if (stop !== undefined && typeof stop !== 'function')
    throw new StartupError(`${sourceOf(options)}start must return a function, or nothing`);
  return stop as Stop | undefined;
}

/** A `UsageError` about what the app brings becomes a `StartupError`. Returns any other error as it is. */
export function asStartupError(error: unknown, options: Options): unknown {
  return error instanceof UsageError ? new StartupError(`${sourceOf(options)}${error.message}`) : error;
}

/** How the operator named the app. Empty where the program brings it. */
function sourceOf({ app }: Options): string {
  return app ? `${app.name} ${app.value}: ` : '';
}
