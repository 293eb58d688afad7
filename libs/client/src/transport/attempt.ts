import type { Outgoing } from './outgoing.js';
import type { Received } from './received.js';
import { RequestFailed } from './request-failed.js';

/** As much of `fetch` as the client needs. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/**
 * Sends a request once and reads the whole answer.
 *
 * @throws RequestFailed, or the reason of `signal` once that is aborted
 */
export async function attempt(fetch: Fetch, outgoing: Outgoing): Promise<Received> {
  const { method, url, headers, body, signal, timeout } = outgoing;
  signal?.throwIfAborted();
  const ending = new AbortController();
  let late = false;
  const abort = () => ending.abort();
  const timer = timeout > 0 ? setTimeout(() => ((late = true), abort()), timeout) : undefined;
  signal?.addEventListener('abort', abort, { once: true });
  try {
    // Credentials and bodies are for the server that was named: a redirect does not take them elsewhere.
    const init: RequestInit = { method, headers, redirect: 'error', signal: ending.signal };
    return await read(await fetch(url, body === undefined ? init : { ...init, body }));
  } catch (cause) {
    signal?.throwIfAborted();
    throw new RequestFailed(late ? 'timeout' : 'network', method, url, cause);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
  }
}

async function read(response: Response): Promise<Received> {
  const text = await response.text();
  const { status, headers } = response;
  return { status, headers, body: text === '' ? undefined : parse(text, headers.get('content-type') ?? '') };
}

/** Text that only claims to be JSON stays text: a proxy's error page must not hide its status. */
function parse(text: string, type: string): unknown {
  if (!/[/+]json\b/.test(type)) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
