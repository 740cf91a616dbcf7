/** The JSON body of a request. Its type is required: a web page of another site cannot send it without asking first. */
import { AdminError } from './answers.ts';

export async function jsonBody(request: Request): Promise<Readonly<Record<string, unknown>>> {
  const type = request.headers.get('content-type') ?? '';
  if (!/^application\/json(;|$)/i.test(type))
    throw new AdminError(415, 'badRequest', 'the body must be JSON: send content-type: application/json');
  let body: unknown;
  try {
    body = await request.json();
  } catch {
    throw new AdminError(400, 'badRequest', 'the body is not JSON');
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw new AdminError(400, 'badRequest', 'the body must be a JSON object');
  return body as Readonly<Record<string, unknown>>;
}
