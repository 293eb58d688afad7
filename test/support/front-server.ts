import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as it arrived. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
}

export interface FrontAnswer {
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

/**
 * What becomes of a request: passed on; answered by the front itself; the connection closed (`drop`), also after the
 * platform has answered (`lose`); or nothing at all (`hang`).
 */
export type Fate = 'pass' | 'drop' | 'lose' | 'hang' | FrontAnswer;

/** A server in front of the platform that can go wrong. */
export interface FrontServer {
  readonly url: string;
  readonly seen: SeenRequest[];
  /** Decides from now on; `earlier` counts the requests of the same method and path before. */
  decide: (request: SeenRequest, earlier: number) => Fate;
  close(): Promise<void>;
}

export async function startFront(platformUrl: string): Promise<FrontServer> {
  const seen: SeenRequest[] = [];
  const server = createServer((request, response) => void handle(request, response));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const front: FrontServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    decide: () => 'pass',
    close: async () => {
      server.closeAllConnections();
      await once(server.close(), 'close');
    },
  };

  async function handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = await read(incoming);
    const earlier = seen.filter(({ method, path }) => method === request.method && path === request.path).length;
    seen.push(request);
    const fate = front.decide(request, earlier);
    if (fate === 'hang') return;
    const answer = fate === 'pass' || fate === 'lose' ? await passOn(platformUrl, request) : fate;
    if (answer === 'drop' || fate === 'lose') incoming.socket.destroy();
    else if (typeof answer === 'object') response.writeHead(answer.status, answer.headers).end(answer.body);
  }

  return front;
}

async function read(incoming: IncomingMessage): Promise<SeenRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const { method = '', url = '', headers } = incoming;
  return {
    method,
    path: url,
    headers: headers as Record<string, string | undefined>,
    body: Buffer.concat(chunks).toString(),
  };
}

async function passOn(platformUrl: string, { method, path, headers, body }: SeenRequest): Promise<FrontAnswer> {
  const left = ['host', 'connection', 'content-length', 'transfer-encoding'];
  const sent = Object.entries(headers).flatMap(([name, value]) =>
    value === undefined || left.includes(name) ? [] : [[name, value] as [string, string]],
  );
  const init = { method, headers: sent, ...(body !== '' && { body }) };
  const answer = await fetch(new URL(path, platformUrl), init);
  const unfit = ['content-encoding', 'content-length', 'transfer-encoding', 'connection', 'keep-alive'];
  const kept = [...answer.headers].filter(([name]) => !unfit.includes(name));
  return { status: answer.status, headers: Object.fromEntries(kept), body: await answer.text() };
}
