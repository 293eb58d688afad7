import type { Contracts } from './contracts.js';

/** What an answer is, with its JSON body parsed. */
export interface TestResponse {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
  readonly text: string;
}

/**
 * Calls the API over HTTP, with headers that stay; in the version of the run where neither they nor the test name one.
 * Every answer must be what the OpenAPI document says.
 */
export class TestClient {
  constructor(
    readonly url: string,
    readonly headers: Readonly<Record<string, string>> = {},
    private readonly contract?: Contracts,
    private readonly isSilent = false,
  ) {}

  with(headers: Record<string, string>): TestClient {
    return new TestClient(this.url, { ...this.headers, ...headers }, this.contract, this.isSilent);
  }

  /** A client that bears the access token of these credentials. */
  async signIn(path: string, credentials: object): Promise<TestClient> {
    const { status, body, text } = await this.post(path, credentials);
    if (status !== 200) throw new Error(`${path}: ${status} ${text}`);
    const headers = { authorization: `Bearer ${String(body['accessToken'])}` };
    return new TestClient(this.url, headers, this.contract, this.isSilent);
  }

  get(path: string): Promise<TestResponse> {
    return this.send('GET', path);
  }

  post(path: string, body?: unknown): Promise<TestResponse> {
    return this.send('POST', path, body);
  }

  patch(path: string, body: unknown): Promise<TestResponse> {
    return this.send('PATCH', path, body);
  }

  delete(path: string): Promise<TestResponse> {
    return this.send('DELETE', path);
  }

  /** @param body sent as JSON; a string is sent as it is */
  async send(method: string, path: string, body?: unknown): Promise<TestResponse> {
    const spoken = this.isSilent ? undefined : this.contract?.spoken;
    const requestHeaders = {
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(spoken !== undefined && { 'api-version': spoken }),
      ...this.headers,
    };
    const url = new URL(path, this.url);
    const response = await fetch(url, {
      method,
      headers: requestHeaders,
      body: body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body),
    });
    const text = await response.text();
    const { status, headers } = response;
    this.contract?.check({ method, path: url.pathname + url.search, requestHeaders, status, headers, text });
    const isJson = /json/.test(response.headers.get('content-type') ?? '');
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: isJson && text ? (JSON.parse(text) as Record<string, unknown>) : {},
    };
  }
}

/** Members of a collection's document. */
export function itemsOf(response: TestResponse): Record<string, unknown>[] {
  return (response.body['_embedded'] as { item: Record<string, unknown>[] }).item;
}
