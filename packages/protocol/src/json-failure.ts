/** Reads an error of the server: that of a request, or that of a message. Proven by: test/json-request.test.ts. */
import { canBeErrorCode, type RequestFailure } from './request-errors.ts';

/** The error, if the value has the form of one. A server of another make may leave out the text. */
export function failureIn(value: unknown): RequestFailure | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { code, message, data } = value as Readonly<Record<string, unknown>>;
  if (typeof code !== 'string' || !canBeErrorCode(code)) return undefined;
  return {
    code,
    message: typeof message === 'string' ? message : code,
    ...(data !== undefined && { data }),
  };
}
