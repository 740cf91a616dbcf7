/** `requests`: the extension that adds requests to a session. Proven by: test/requests.test.ts, test/extensions.test.ts. */
import type { Extension } from './extension.ts';
import { checkNames } from './option-names.ts';
import { Requests, type SessionRequests } from './requests.ts';

/** The options of `requests`. An unknown option is a `TypeError`. */
export interface RequestsOptions {
  /** Requests that the server may work on at once: 1 or more. Further ones wait in the client. Default 16, the server's own limit. */
  readonly concurrent?: number;
  /** Requests that may be pending, sent or not: 1 or more. One more is rejected (`tooManyRequests`). Default 1000. */
  readonly pending?: number;
}

const names: Readonly<Record<keyof RequestsOptions, true>> = { concurrent: true, pending: true };

/** Adds the method `request` to a session: `connect(url, { credentials, extensions: [requests()] })`. Throws a `TypeError` for a wrong option. */
export function requests(options: RequestsOptions = {}): Extension<SessionRequests> {
  if (typeof options !== 'object' || options === null)
    throw new TypeError('requests(options): the options must be an object');
  checkNames(options, Object.keys(names), 'requests');
  const { concurrent = 16, pending = 1_000 } = options;
  for (const [name, count] of Object.entries({ concurrent, pending }))
    if (!Number.isSafeInteger(count) || count < 1)
      throw new TypeError(`${name} must be a whole number of at least 1`);
  return { name: 'requests', extend: (link) => new Requests(link, { concurrent, pending }) };
}
