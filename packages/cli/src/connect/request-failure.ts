/** The text of a request that failed. Proven by: test/request.test.ts. */
import { RequestError } from '@sallyport/client';
import { stripUnprintable } from '../strip-unprintable.ts';

/** One line: the server's error with its code and its data, or the error of this client. */
export function requestFailureText(method: string, error: unknown): string {
  if (!(error instanceof RequestError))
    return `${method} failed: ${stripUnprintable(error instanceof Error ? error.message : String(error))}`;
  const data = error.data === undefined ? '' : ` ${JSON.stringify(error.data)}`;
  return stripUnprintable(`${method} failed: ${error.message} (${error.code})${data}`);
}
