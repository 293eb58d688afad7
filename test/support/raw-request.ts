import { connect } from 'node:net';

/** What came back over a plain socket. */
export interface RawResponse {
  /** 0 when the server closed the connection without an answer. */
  readonly status: number;
  /** Names in lower case; of a repeated one the last. */
  readonly headers: ReadonlyMap<string, string>;
  readonly text: string;
  readonly body: Record<string, unknown>;
}

export interface RawRequest {
  /** `GET` by default. */
  readonly method?: string;
  readonly path?: string;
  /** In this order, repeated ones too. Without a `Host` among them there is none. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body?: string | Buffer;
}

/** Sends exactly these headers, which fetch would set, merge or refuse. */
export function rawRequest(
  url: string,
  { method = 'GET', path = '/', headers, body }: RawRequest,
): Promise<RawResponse> {
  const length = body === undefined ? [] : [['Content-Length', String(Buffer.byteLength(body))]];
  const lines = [...headers, ...length, ['Connection', 'close']].map(([name, value]) => `${name}: ${value}\r\n`);
  const head = Buffer.from(`${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n`, 'latin1');
  return exchange(url, Buffer.concat([head, Buffer.from(body ?? '')]));
}

/** Sends these bytes and reads until the server closes. */
export function exchange(url: string, bytes: Buffer): Promise<RawResponse> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = connect(Number(port), hostname, () => socket.write(bytes));
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('end', () => socket.end());
    socket.on('close', () => resolve(parse(Buffer.concat(chunks).toString('utf8'))));
    // A server that refuses early may reset the connection after its answer.
    socket.on('error', (error) =>
      chunks.length > 0 ? resolve(parse(Buffer.concat(chunks).toString('utf8'))) : reject(error),
    );
  });
}

function parse(answer: string): RawResponse {
  const [head = '', ...rest] = answer.split('\r\n\r\n');
  const [statusLine = '', ...lines] = head.split('\r\n');
  const headers = new Map(
    lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
  );
  const sent = rest.join('\r\n\r\n');
  const text = headers.get('transfer-encoding') === 'chunked' ? unchunk(sent) : sent;
  const isJson = /json/.test(headers.get('content-type') ?? '') && text !== '';
  const body = isJson ? (JSON.parse(text) as Record<string, unknown>) : {};
  return { status: Number(statusLine.split(' ')[1] ?? 0), headers, text, body };
}

function unchunk(text: string): string {
  const parts: string[] = [];
  let rest = Buffer.from(text);
  for (;;) {
    const end = rest.indexOf('\r\n');
    const size = Number.parseInt(rest.subarray(0, end).toString(), 16);
    if (!(size > 0)) return parts.join('');
    parts.push(rest.subarray(end + 2, end + 2 + size).toString());
    rest = rest.subarray(end + 2 + size + 2);
  }
}
