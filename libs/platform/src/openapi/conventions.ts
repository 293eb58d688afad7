import type { Route } from '../composition/routes.js';
import type { ApiDocument, ApiParameter, Operation } from './api-document.js';

const IDEMPOTENCY_KEY: ApiParameter = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description: 'A key of your own: the same key and body give the first answer again for 24 hours.',
  schema: { type: 'string', pattern: '^[!-~]+$', minLength: 1, maxLength: 255 },
};

const IF_MATCH: ApiParameter = {
  name: 'If-Match',
  in: 'header',
  required: false,
  description: 'The `ETag` that the resource must still have (RFC 9110).',
  schema: { type: 'string' },
};

const IF_NONE_MATCH: ApiParameter = {
  name: 'If-None-Match',
  in: 'header',
  required: false,
  description: 'An `ETag` that you have: answered with 304 while the document has not changed (RFC 9110).',
  schema: { type: 'string' },
};

const ETAG = { description: 'Changes with the document, its links included (RFC 9110).', schema: { type: 'string' } };

/** Whether the route keeps its answer under an Idempotency-Key. */
export function takesKeys({ method, access }: Route): boolean {
  return method === 'POST' && access !== undefined && access.kind !== 'public';
}

/** Whether If-Match guards the route. */
export function takesTags({ method }: Route): boolean {
  return method === 'PATCH' || method === 'PUT' || method === 'DELETE';
}

/** What every route of a kind takes and answers besides its own. */
export function describeConventions(operation: Operation, route: Route): void {
  const parameters = operation.parameters ?? [];
  if (takesKeys(route)) parameters.push({ ...IDEMPOTENCY_KEY });
  if (takesTags(route)) parameters.push({ ...IF_MATCH });
  if (route.method === 'GET') describeReading(operation, parameters);
  else if (route.method !== 'DELETE' && !route.isUntagged) describeChange(operation);
  operation.parameters = parameters;
}

/** An answer that shows the resource has its tag. */
function describeChange({ responses }: Operation): void {
  for (const status of ['200', '201']) {
    const changed = responses[status];
    if (changed?.content) changed.headers = { ...changed.headers, ETag: { $ref: '#/components/headers/ETag' } };
  }
}

function describeReading({ responses }: Operation, parameters: ApiParameter[]): void {
  const found = responses['200'];
  // An archive or a stream of events has no tag.
  if (!Object.keys(found?.content ?? {}).some((media) => /[/+]json$/.test(media)) || !found) return;
  parameters.push({ ...IF_NONE_MATCH });
  found.headers = { ...found.headers, ETag: { $ref: '#/components/headers/ETag' } };
  responses['304'] = { description: 'Not Modified: what you have is the document.' };
}

export function addConventions({ components }: ApiDocument): void {
  components.headers = { ...components.headers, ETag: ETAG };
}
