/** The text of a request, or of an operation of a channel, that failed. Proven by: test/request.test.ts, test/channels.test.ts. */
import { channelErrors, isRequestError, type RequestError, unsubscribeReasons } from '@sallyport/protocol';
import { stripUnprintable } from '../strip-unprintable.ts';

/** One line: the server's error with its code and its data, or the error of this client. */
export function requestFailureText(method: string, error: unknown): string {
  if (!isRequestError(error))
    return `${method} failed: ${stripUnprintable(error instanceof Error ? error.message : String(error))}`;
  const data = error.data === undefined ? '' : ` ${JSON.stringify(error.data)}`;
  return stripUnprintable(`${method} failed: ${messageOf(error)} (${error.code})${data}`);
}

/** The client makes the error of an ended subscription from its code alone. */
function messageOf({ code, message }: RequestError): string {
  const rows: Readonly<Record<string, { readonly message: string } | undefined>> = {
    ...channelErrors,
    ...unsubscribeReasons,
  };
  return message === code ? (rows[code]?.message ?? message) : message;
}
