import { Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { askingItself } from '@tenantry/tenancy';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { failureOf } from './own-requests.js';
import { ServerBusy } from '../problems/http.errors.js';

/** Headers that are about the message or its preconditions, not about what is asked for. */
const NOT_PASSED_ON =
  /^(accept-encoding|connection|content-.*|expect|idempotency-key|if-.*|keep-alive|range|te|trailer|transfer-encoding|upgrade)$/;

/** A resource as a GET of it would be answered now. */
export interface Representation {
  /** Undefined for an answer that has none, such as a text. */
  readonly tag: string | undefined;
  /** What the caller would read. */
  document(): unknown;
}

/** Asks this very process for what a request would change, as its caller and in its transaction. */
@Injectable()
export class CurrentRepresentation {
  constructor(private readonly host: HttpAdapterHost) {}

  /** Whether what the request is about can be read at all. */
  canBeRead({ routeOptions }: FastifyRequest): boolean {
    return routeOptions.url !== undefined && this.fastify.hasRoute({ method: 'GET', url: routeOptions.url });
  }

  /**
   * What a GET of the same address answers: through the same guards, handler and presentation, so that its tag is the one
   * the caller was given. Undefined when the caller gets nothing there.
   *
   * @param url where it is, if elsewhere than the request
   * @throws SERVER_BUSY when it cannot be told
   */
  async of({ id, headers, raw, url: asked }: FastifyRequest, url = asked): Promise<Representation | undefined> {
    const passedOn = Object.entries(headers).filter(([name]) => !NOT_PASSED_ON.test(name));
    // Awaited in there: inject begins when somebody waits for it.
    const response = await askingItself(
      async () =>
        await this.fastify.inject({
          method: 'GET',
          url,
          headers: { ...Object.fromEntries(passedOn), 'x-request-id': id },
          remoteAddress: raw.socket.remoteAddress,
        }),
    );
    const { req } = response.raw;
    if (response.statusCode >= 500) throw new ServerBusy({ cause: failureOf(req), headers: { 'retry-after': '1' } });
    // An address that was rewritten on the way, such as one with dots, is that of something else.
    if (response.statusCode !== 200 || req.url !== url) return undefined;
    const { etag } = response.headers;
    return { tag: typeof etag === 'string' ? etag : undefined, document: () => response.json() };
  }

  private get fastify(): FastifyInstance {
    return this.host.httpAdapter.getInstance<FastifyInstance>();
  }
}
