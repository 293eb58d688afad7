import { isAskingItself } from '@tenantry/tenancy';

const own = new WeakSet();

/** Remembers a request that arrives from this very process. It is part of another, which is counted and logged. */
export function noteOwnRequest(request: object): void {
  if (isAskingItself()) own.add(request);
}

export function isOwnRequest(request: object): boolean {
  return own.has(request);
}
