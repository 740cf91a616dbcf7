/** The options of the admin listener. Proven by: test/admin-options.test.ts. */

import type { Configuration } from './configuration/resolve.ts';
import type { OptionValue } from './option-source.ts';
import { StartupError } from './startup-error.ts';

export interface AdminOptions {
  readonly port: OptionValue<number>;
  readonly host: OptionValue<string>;
  /** The file of the bearer token. Absent: only loopback addresses are allowed. */
  readonly tokenFile?: OptionValue<string>;
  /** That the live view shows payloads. Absent: it does not. */
  readonly inspectPayloads?: OptionValue<true>;
}

/** Returns `undefined` if the operator wants no admin listener. Throws a `StartupError` for options that have no effect. */
export function adminOptions(configuration: Configuration): { readonly admin?: AdminOptions } {
  const port = configuration.given<number>('adminPort');
  const host = configuration.given<string>('adminHost');
  const tokenFile = configuration.given<string>('adminTokenFile');
  const inspects = configuration.given<boolean>('inspectPayloads');
  const inspectPayloads = inspects?.value ? { ...inspects, value: true as const } : undefined;
  const useless = host ?? tokenFile ?? inspectPayloads;
  if (!port && useless)
    throw new StartupError(`${useless.name} has no effect without a port: add --admin-port`);
  if (!port) return {};
  const value = configuration.value<string>('adminHost');
  return {
    admin: {
      port,
      host: host ?? { value, name: '--admin-host' },
      ...(tokenFile && { tokenFile }),
      ...(inspectPayloads && { inspectPayloads }),
    },
  };
}
