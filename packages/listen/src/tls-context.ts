/**
 * The TLS files in service, and their replacement by renewed ones.
 *
 * Proven by: test/tls-context.test.ts, and the adapters' stories of listening.
 */
import type { TlsReload } from './listening.ts';
import { ServeError } from './serve-error.ts';
import { readTlsFiles, type TlsContent, type TlsFiles } from './tls-files.ts';

/** The TLS files of one listening server. */
export class TlsContext {
  readonly #files: TlsFiles | undefined;
  #content: TlsContent | undefined;
  /** Reloads run one after another. */
  #last: Promise<unknown> = Promise.resolve();

  /** Reads the files. Throws a `ServeError` if a server cannot use them. Without files there is no TLS. */
  constructor(files: TlsFiles | undefined) {
    this.#files = files;
    this.#content = files && readTlsFiles(files);
  }

  /** The content in service; `undefined` without TLS. */
  get content(): TlsContent | undefined {
    return this.#content;
  }

  /** Reads the files again. Calls `serve` with their content if it has changed; if that rejects, the old content stays. */
  reload(serve: (content: TlsContent) => void | Promise<void>): Promise<TlsReload> {
    const reloaded = this.#last.then(() => this.#reload(serve));
    this.#last = reloaded.catch(() => {});
    return reloaded;
  }

  async #reload(serve: (content: TlsContent) => void | Promise<void>): Promise<TlsReload> {
    if (!this.#files || !this.#content)
      throw new ServeError('ERR_TLS', 'the server has no TLS files to reload: it was started without tls');
    const content = readTlsFiles(this.#files);
    const isChanged = !content.key.equals(this.#content.key) || !content.cert.equals(this.#content.cert);
    if (isChanged) await serve(content);
    this.#content = content;
    return { isChanged, expiresAt: content.expiresAt };
  }
}
