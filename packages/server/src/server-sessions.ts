/** The sessions of the server, made from its options. Proven by: test/network.test.ts, test/attacks.test.ts. */
import { createSessions, type Sessions, type SessionsOptions, UsageError } from '@sallyport/core';
import { asStartupError } from './app-setup.ts';
import { allowedHosts } from './host.ts';
import type { Options } from './options.ts';
import { StartupError } from './startup-error.ts';

/** Creates the sessions. A value that the core rejects becomes a `StartupError` with the name of its option. */
export function createServerSessions(options: Options, address: string, rest: SessionsOptions): Sessions {
  const { trustedProxies, newestSignInWins } = options;
  const hosts = allowedHosts(options, address);
  const optionNames: Readonly<Record<string, string | undefined>> = {
    trustedProxies: trustedProxies?.name,
    allowedHosts: options.allowedHosts?.name,
  };
  try {
    return createSessions({
      ...rest,
      newestSignInWins,
      trustedProxies: trustedProxies?.value ?? [],
      ...(hosts && { allowedHosts: hosts }),
    });
  } catch (error) {
    const name = error instanceof UsageError ? optionNames[error.option] : undefined;
    if (!(error instanceof UsageError) || name === undefined) throw asStartupError(error, options);
    throw new StartupError(error.message.replace(error.option, name));
  }
}
