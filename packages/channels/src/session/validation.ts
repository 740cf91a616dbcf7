/**
 * The validation of a client's publication: its size, and what the option `validatePublication` says of it.
 *
 * Proven by: test/session/validation.test.ts.
 */

import type { Session } from '@sallyport/core';
import { RequestError } from '@sallyport/core';
import { byteLength, channelError, isRequestError, jsonText } from '@sallyport/protocol';
import type { PublicationValidator } from '../options.ts';
import type { ChannelFaultSource } from '../ports/observer.ts';

/** What the validation needs of its node. */
export interface ValidationEnvironment {
  readonly limits: { readonly publicationBytes: number };
  readonly validatePublication: PublicationValidator | undefined;
  fault(source: ChannelFaultSource, error: unknown, channel: string): void;
}

/** The JSON text to publish, or the error that answers the client. */
export function validated(
  environment: ValidationEnvironment,
  channel: string,
  data: unknown,
  session: Session,
): string | RequestError {
  const { limits, validatePublication } = environment;
  // Before the validator reads it: its time grows with the data.
  const given = jsonText(data, 'data');
  if (byteLength(given) > limits.publicationBytes) return channelError('publicationTooBig');
  if (!validatePublication) return given;
  try {
    const value = validatePublication(channel, data, session);
    if (isPromiseLike(value)) {
      // The promise may reject, and nothing else handles that.
      value.then(undefined, () => {});
      throw new TypeError('validatePublication returned a promise; it must return the data at once');
    }
    const json = jsonText(value, 'what validatePublication returned');
    return byteLength(json) > limits.publicationBytes ? channelError('publicationTooBig') : json;
  } catch (error) {
    if (isRequestError(error)) return error;
    environment.fault('validator', error, channel);
    return new RequestError('internal');
  }
}

function isPromiseLike(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}
