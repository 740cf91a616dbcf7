/** A streamed body of a response: read on only when the client has taken what was read. */
import type { HttpResponse } from 'uWebSockets.js';

/** Resolves when it has gone out whole, or `signal` says that the client has gone. */
export async function stream(
  body: ReadableStream<Uint8Array>,
  res: HttpResponse,
  signal: AbortSignal,
): Promise<void> {
  const reader = body.getReader();
  let goOn = () => {};
  res.onWritable(() => {
    goOn();
    return true;
  });
  signal.addEventListener('abort', () => {
    goOn();
    reader.cancel().catch(() => {});
  });
  for (let next = await reader.read(); !next.done && !signal.aborted; next = await reader.read()) {
    const chunk = next.value;
    let isTaken = true;
    // An empty chunk would be the last one.
    if (chunk.length > 0)
      res.cork(() => {
        isTaken = res.write(chunk);
      });
    if (!isTaken)
      await new Promise<void>((resolve) => {
        goOn = resolve;
      });
  }
}
