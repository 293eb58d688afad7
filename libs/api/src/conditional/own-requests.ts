import { isAskingItself } from '@tenantry/tenancy';

const own = new WeakSet();
const failures = new WeakMap<object, unknown>();

/** Remembers a request that arrives from this very process. It is part of another, which is counted and logged. */
export function noteOwnRequest(request: object): void {
  if (isAskingItself()) own.add(request);
}

export function isOwnRequest(request: object): boolean {
  return own.has(request);
}

/** Remembers why a request of our own failed: its answer tells nobody. */
export function noteOwnFailure(request: { readonly raw: object }, error: unknown): void {
  if (own.has(request)) failures.set(request.raw, error);
}

/** @param raw the request as Node has it */
export function failureOf(raw: object): unknown {
  return failures.get(raw);
}
