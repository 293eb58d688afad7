import type { Received } from '../transport/received.js';
import type { ResponseInfo } from './response-info.js';

/** Knows which answer a body came with, as long as somebody holds the body. */
export class ResponseMemory {
  private readonly known = new WeakMap<object, ResponseInfo>();

  remember({ status, headers, body }: Received): void {
    if (typeof body !== 'object' || body === null) return;
    const etag = headers.get('etag') ?? undefined;
    this.known.set(body, { status, headers, etag, requestId: headers.get('x-request-id') ?? undefined });
  }

  of(body: object): ResponseInfo | undefined {
    return this.known.get(body);
  }

  /** @throws TypeError rather than let a condition be dropped */
  tagOf(condition: string | object): string {
    if (typeof condition === 'string') return condition;
    const etag = this.known.get(condition)?.etag;
    if (etag === undefined) throw new TypeError('ifMatch: this is no answer that came with an ETag.');
    return etag;
  }
}
