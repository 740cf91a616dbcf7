/** Scrapes the metrics of a server each second, as Prometheus would every 15, and times requests to its admin listener. */

const PERIOD_MS = 1_000;

/** Milliseconds from a request for this path to the end of its answer. */
export async function requestMs(port: number, path: string): Promise<number> {
  const started = performance.now();
  const response = await fetch(`http://127.0.0.1:${port}${path}`);
  await response.arrayBuffer();
  if (!response.ok) throw new Error(`${path} was answered ${response.status}`);
  return performance.now() - started;
}

/** Scrapes until the work has settled. Without a port it only waits for the work. */
export async function whileScraping<T>(port: number | undefined, work: () => Promise<T>): Promise<T> {
  if (port === undefined) return work();
  let failure: unknown;
  const timer = setInterval(() => {
    requestMs(port, '/metrics').catch((error: unknown) => {
      failure = error;
    });
  }, PERIOD_MS);
  try {
    const result = await work();
    if (failure !== undefined) throw failure;
    return result;
  } finally {
    clearInterval(timer);
  }
}
