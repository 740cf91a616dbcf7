/**
 * `/healthz`: the process answers. `/readyz`: it should get new clients. Neither needs a token, and neither tells more than names of checks.
 *
 * Proven by: test/health.test.ts.
 */
import { json } from './answers.ts';

/** Returns `undefined` if all is well, or what is not, in a few words. A throw or a rejection counts as not well. */
export type ReadyCheck = () => string | undefined | Promise<string | undefined>;

/** Checks by name, such as `draining`, `broker` and `certificate`. */
export type Readiness = Readonly<Record<string, ReadyCheck>>;

/** A check that takes longer, in milliseconds, counts as not well. */
const CHECK_MS = 2_000;

export function healthy(): Response {
  return json({ status: 'ok' });
}

const EXCLUDED = 'excluded';

/**
 * 200 if every check is well, else 503. A check that `excluded` names does not run and does not count. A name without a check is left
 * alone, so that servers with and without a broker can have the same probe.
 */
export async function readiness(checks: Readiness, excluded: readonly string[] = []): Promise<Response> {
  const results = await Promise.all(
    Object.entries(checks).map(
      async ([name, check]) => [name, excluded.includes(name) ? EXCLUDED : await resultOf(check)] as const,
    ),
  );
  const isReady = results.every(([, result]) => result === 'ok' || result === EXCLUDED);
  const body = { status: isReady ? 'ready' : 'notReady', checks: Object.fromEntries(results) };
  return json(body, isReady ? 200 : 503, isReady ? {} : { 'retry-after': '1' });
}

async function resultOf(check: ReadyCheck): Promise<string> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(resolve, CHECK_MS, 'timed out');
  });
  try {
    return await Promise.race([Promise.resolve(check()).then((problem) => problem ?? 'ok'), late]);
  } catch {
    return 'failed';
  } finally {
    clearTimeout(timer);
  }
}
