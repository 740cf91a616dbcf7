/** Asks the admin listener of a server. Every failure is a `Refusal` that says what to do. Proven by: test/admin.test.ts. */
import { readToken } from '../connect/token-file.ts';
import { exitCodes, Refusal } from '../refusal.ts';

const DEFAULT_URL = 'http://127.0.0.1:5679';
/** Milliseconds until the client gives up. */
const PATIENCE_MS = 15_000;

export class AdminClient {
  readonly #url: URL;
  readonly #token: string | undefined;

  constructor({ url, tokenFile }: { readonly url?: string; readonly tokenFile?: string }) {
    const { SALLYPORT_ADMIN_URL: urlOfVariable, SALLYPORT_ADMIN_TOKEN_FILE: fileOfVariable } = process.env;
    const file = tokenFile ?? (fileOfVariable || undefined);
    this.#url = parsed(url ?? (urlOfVariable || DEFAULT_URL));
    this.#token = file === undefined ? undefined : readToken(file);
  }

  /** Resolves to the JSON of the answer. Each part of the path is encoded. */
  async ask<Answer>(
    method: string,
    path: readonly string[],
    body?: unknown,
    query: readonly [string, string][] = [],
  ): Promise<Answer> {
    const target = new URL(this.#url);
    target.pathname = `${target.pathname.replace(/\/$/, '')}/${path.map(encodeURIComponent).join('/')}`;
    target.search = new URLSearchParams([...query]).toString();
    const response = await this.#send(target, method, body);
    const answer = (await response.json().catch(() => undefined)) as
      | { readonly error?: { readonly message?: string } }
      | undefined;
    if (response.ok && answer !== undefined) return answer as Answer;
    if (response.status === 401)
      throw new Refusal(
        this.#token === undefined
          ? 'the server requires a token: give --token-file'
          : 'the server does not accept the token of --token-file',
        exitCodes.notSignedIn,
      );
    const message = answer?.error?.message;
    if (message === undefined)
      throw new Refusal(
        `${this.#url.href} does not answer as an admin listener (status ${response.status}): check --url`,
        exitCodes.unreachable,
      );
    throw new Refusal(`the server refused it: ${message}`, exitCodes.ended);
  }

  async #send(target: URL, method: string, body: unknown): Promise<Response> {
    try {
      return await fetch(target, {
        method,
        redirect: 'error',
        signal: AbortSignal.timeout(PATIENCE_MS),
        headers: {
          ...(this.#token !== undefined && { authorization: `Bearer ${this.#token}` }),
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
    } catch (error) {
      const { cause, message } = error as Error & { cause?: { code?: string; message?: string } };
      throw new Refusal(
        `${this.#url.href} does not answer (${cause?.code ?? cause?.message ?? message}): is the server running with --admin-port?`,
        exitCodes.unreachable,
      );
    }
  }
}

function parsed(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url && /^https?:$/.test(url.protocol) && url.username === '') return url;
  throw new Refusal(`the URL of the admin listener must be such as ${DEFAULT_URL}, not '${text}'`);
}
