import { createHash } from 'node:crypto';
import type { PrincipalRequest } from '@tenantry/kernel';
import type { FastifyRequest } from 'fastify';
import { pathOf } from '../request/path-of.js';
import { rawBodyOf } from '../request/raw-body.js';
import { IdempotencyKeyMalformed } from './idempotency.errors.js';

/** A request with a key, by its digests. */
export interface IdempotentRequest {
  /** Of place, caller, method, path and key: requests with another of these are others. */
  readonly id: string;
  /** Of method, path with query, and body as it was sent. */
  readonly fingerprint: string;
}

const KEY = /^[\x21-\x7e]{1,255}$/;

/**
 * Reads the key of a request (draft-ietf-httpapi-idempotency-key-header-07). It is taken as it stands, quotes included.
 *
 * @param place the tenant's id: a tenant made of another's archive has its users, and rows of keys that were not its own
 * @throws IDEMPOTENCY_KEY_MALFORMED
 */
export function idempotentRequest(request: FastifyRequest & PrincipalRequest, place: string): IdempotentRequest {
  const { method, url, principal } = request;
  const key = request.headers['idempotency-key'];
  if (typeof key !== 'string' || !KEY.test(key)) throw new IdempotencyKeyMalformed();
  const path = pathOf(url);
  const body = createHash('sha256').update(rawBodyOf(request)).digest('base64url');
  return { id: digest([place, principal?.id, method, path, key]), fingerprint: digest([method, url, body]) };
}

/** A list as JSON, so that no two lists give one text. */
function digest(parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url');
}
