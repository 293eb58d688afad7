const bodies = new WeakMap<object, Buffer>();
const NOTHING = Buffer.alloc(0);

/** Keeps a request's body as it was sent, for those that need it. */
export function keepRawBody(request: { headers: Record<string, unknown> }, body: Buffer): void {
  if (request.headers['idempotency-key'] !== undefined) bodies.set(request, body);
}

/** The body as it was sent; empty where there was none. */
export function rawBodyOf(request: object): Buffer {
  return bodies.get(request) ?? NOTHING;
}
