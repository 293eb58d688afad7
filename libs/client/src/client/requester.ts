import { fillPath } from '../address/fill-path.js';
import { Origin } from '../address/origin.js';
import { queryString } from '../address/query-string.js';
import type { Authority } from '../credentials/authority.js';
import { DeprecationWatch } from '../deprecation/deprecation-watch.js';
import { problemOf } from '../problem/problem-of.js';
import { ResponseMemory } from '../response/response-memory.js';
import { Repeater } from '../retry/repeater.js';
import { DEFAULT_RETRIES } from '../retry/retry-policy.js';
import { SURROUNDINGS, type Surroundings } from '../retry/surroundings.js';
import { API_VERSION } from '../api-version.js';
import type { Outgoing } from '../transport/outgoing.js';
import type { Received } from '../transport/received.js';
import type { ClientOptions } from './client-options.js';
import { randomKey } from './random-key.js';
import type { Request } from './request.js';
import { unlessAborted } from './unless-aborted.js';

const DEFAULT_TIMEOUT = 30_000;

/** Turns requests in the API's terms into HTTP, and answers into bodies or problems. */
export class Requester {
  readonly memory = new ResponseMemory();
  private readonly origin: Origin;
  private readonly repeater: Repeater;
  private readonly watch: DeprecationWatch;

  constructor(
    private readonly options: ClientOptions,
    private readonly surroundings: Surroundings = SURROUNDINGS,
  ) {
    this.origin = new Origin(options.url);
    // The global function must be called as one: browsers refuse it as a method.
    const fetch = options.fetch ?? ((url, init) => globalThis.fetch(url, init));
    this.repeater = new Repeater(fetch, { ...DEFAULT_RETRIES, ...options.retry }, surroundings);
    this.watch = new DeprecationWatch(options.onDeprecation ?? (() => undefined));
  }

  /**
   * @param authority whose request it is
   * @throws ApiProblem, RequestFailed, or the reason of the request's signal
   */
  async send(request: Request, authority?: Authority): Promise<unknown> {
    const outgoing = this.outgoing(request);
    const { signal } = outgoing;
    const token = await unlessAborted(async () => authority?.token(), signal);
    let received = await this.sendAs(token, outgoing);
    if (received.status === 401 && authority && token !== undefined) {
      const renewed = await unlessAborted(() => authority.renewed(token), signal);
      if (renewed !== undefined && renewed !== token) received = await this.sendAs(renewed, outgoing);
    }
    return this.bodyOf(request, received);
  }

  private sendAs(token: string | undefined, outgoing: Outgoing): Promise<Received> {
    if (token === undefined) return this.repeater.send(outgoing);
    return this.repeater.send({ ...outgoing, headers: { ...outgoing.headers, authorization: `Bearer ${token}` } });
  }

  private bodyOf({ method, path, link }: Request, received: Received): unknown {
    this.watch.see(`${method} ${link ?? path}`, method, path.replace(/\?.*/, ''), received.headers);
    if (received.status >= 400) throw problemOf(received, this.surroundings.now());
    this.memory.remember(received);
    return received.body;
  }

  private outgoing({ method, path, options, link }: Request): Outgoing {
    const { params, query, body, signal, timeout } = options;
    const href = link !== undefined ? path : fillPath(path, params) + queryString(query);
    return {
      method,
      url: this.origin.resolve(href),
      headers: { ...lowerCase(options.headers), ...this.ownHeaders(method, options) },
      body: body === undefined ? undefined : JSON.stringify(body),
      signal,
      timeout: timeout ?? this.options.timeout ?? DEFAULT_TIMEOUT,
    };
  }

  private ownHeaders(method: string, { body, ifMatch, idempotencyKey }: Request['options']): Record<string, string> {
    const { tenant, apiVersion } = this.options;
    return {
      accept: 'application/hal+json, application/json',
      'api-version': apiVersion ?? API_VERSION,
      ...(tenant !== undefined && { 'x-tenant': tenant }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(method === 'POST' && { 'idempotency-key': idempotencyKey ?? randomKey() }),
      ...(ifMatch !== undefined && { 'if-match': this.memory.tagOf(ifMatch) }),
    };
  }
}

function lowerCase(headers: Readonly<Record<string, string>> = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
