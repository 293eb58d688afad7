import { errorCatalogue, type ErrorDefinition } from '@tenantry/kernel';
import type { Route } from '../composition/routes.js';
import { takesKeys, takesTags } from './conventions.js';

const ANYWHERE = [
  'REQUEST_MALFORMED',
  'TENANT_AMBIGUOUS',
  'API_VERSION_UNKNOWN',
  'API_VERSION_SUNSET',
  'SERVER_BUSY',
  'SERVER_ERROR',
];
const INPUT = ['REQUEST_INVALID', 'RESOURCE_UNKNOWN', 'REQUEST_UNPROCESSABLE'];
const WRITING = ['REQUEST_TOO_LARGE', 'REQUEST_MEDIA_TYPE', 'REQUEST_UNPROCESSABLE', 'RESOURCE_CONFLICT'];
const SIGNED_IN = ['AUTH_REQUIRED', 'AUTH_TOKEN_INVALID'];
/** What resolving the tenant, and being inside it, can answer. */
const IN_A_TENANT = [
  'TENANT_MISMATCH',
  'TENANT_UNKNOWN',
  'TENANT_SUSPENDED',
  'TENANT_UNAVAILABLE',
  'TENANT_ENTRY_DENIED',
  'TENANT_STATEMENT_REFUSED',
  'TENANT_CONTEXT_MISSING',
  'TENANT_CONTEXT_CHANGED',
];
/** What a change under a key or a tag can answer: it runs in one transaction. */
const IN_A_TRANSACTION = ['TENANT_TRANSACTION_BUSY', 'TENANT_TRANSACTION_ENDED', 'TENANT_TRANSACTION_ISOLATION'];
const KEYS = ['IDEMPOTENCY_KEY_MALFORMED', 'IDEMPOTENCY_KEY_REUSED', 'IDEMPOTENCY_KEY_IN_USE', ...IN_A_TRANSACTION];
const TAGS = ['PRECONDITION_FAILED', ...IN_A_TRANSACTION];
const FEATURES = ['FEATURE_NOT_IN_PLAN', 'FEATURE_SWITCHED_OFF'];
const PAGES = ['CURSOR_INVALID', 'COLLECTION_EMBED_TOO_LARGE', 'COLLECTION_SORT_TOO_LONG'];

/** What there is to know of a route besides its decorators. */
export interface RouteInput {
  readonly hasParameters: boolean;
  readonly hasBody: boolean;
  readonly isPaged: boolean;
}

/**
 * The errors that a route can answer with: what its access, its tenant, its input and `@Throws` say.
 *
 * @returns each once, by status and code
 */
export function problemCodes(route: Route, input: RouteInput): ErrorDefinition[] {
  const codes = new Set([...ANYWHERE, ...ofAccess(route), ...ofInput(route, input)]);
  const catalogue = new Map(errorCatalogue().map((error) => [error.code, error]));
  const known = [...codes].map((code) => declared(code, catalogue));
  const all = new Map([...known, ...route.errors].map((error) => [error.code, error]));
  return [...all.values()].sort((a, b) => a.status - b.status || a.code.localeCompare(b.code));
}

function declared(code: string, catalogue: ReadonlyMap<string, ErrorDefinition>): ErrorDefinition {
  const found = catalogue.get(code);
  if (!found) throw new Error(`OpenAPI speaks of the error ${code}, which nobody declares.`);
  return found;
}

function ofAccess({ access }: Route): string[] {
  if (!access) return [];
  if (access.kind === 'operator') return SIGNED_IN;
  if (access.kind === 'public') {
    const credential = access.credential === 'optional' ? ['AUTH_TOKEN_INVALID', 'AUTH_SESSION_ENDED'] : [];
    if (access.tenant === 'none') return credential;
    return [...credential, ...IN_A_TENANT, ...(access.tenant === 'required' ? ['TENANT_REQUIRED'] : [])];
  }
  const signedIn = [...SIGNED_IN, 'AUTH_SESSION_ENDED', ...IN_A_TENANT, 'TENANT_REQUIRED'];
  return access.kind === 'permission' ? [...signedIn, 'PERMISSION_DENIED'] : signedIn;
}

function ofInput(route: Route, { hasParameters, hasBody, isPaged }: RouteInput): string[] {
  return [
    ...(hasParameters || hasBody ? INPUT : []),
    ...(route.method === 'GET' ? [] : WRITING),
    ...(isPaged ? PAGES : []),
    ...(takesKeys(route) ? KEYS : []),
    ...(takesTags(route) ? TAGS : []),
    ...(route.feature === undefined ? [] : FEATURES),
  ];
}
