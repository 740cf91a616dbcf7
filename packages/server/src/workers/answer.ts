/**
 * Answers what the parent asks a worker for its admin listener: a request, or the metrics. The handler of the worker needs no token: only the parent
 * can ask it.
 *
 * Proven by: test/workers/admin.test.ts.
 */
import type { AdminHandler, Metrics, PartAnswer } from '@sallyport/operations';
import type { Question } from './messages.ts';

/** Resolves to a `PartAnswer`, or to the values of the metrics. */
export async function answerOf(
  question: Question,
  handler: AdminHandler,
  metrics: Metrics,
): Promise<unknown> {
  if (question.type === 'metrics') return metrics.values();
  const { method, path, body, contentType } = question.request;
  // An address, for which the handler answers without a token.
  const request = new Request(`http://127.0.0.1${path}`, {
    method,
    headers: contentType === undefined ? {} : { 'content-type': contentType },
    ...(body !== undefined && { body: Buffer.from(body) }),
  });
  const response = await handler(request);
  return { status: response.status, body: await response.text() } satisfies PartAnswer;
}
