import type { EntityClass, ErrorDefinition } from '@tenantry/kernel';
import { RouteFault } from '../composition/check-routes.js';
import type { Route } from '../composition/routes.js';
import type { ApiDocument, ApiParameter, Operation } from './api-document.js';
import { addConventions, describeConventions } from './conventions.js';
import { describeCollection } from './describe-collection.js';
import { HalAnswers } from './hal-answers.js';
import { operationId, ownerOf, summaryOf } from './operation-id.js';
import { problemAnswers } from './problem-answers.js';
import { problemCodes } from './problem-codes.js';

const X_TENANT: ApiParameter = {
  name: 'X-Tenant',
  in: 'header',
  required: false,
  description: 'Slug or id of the tenant, where neither host nor credential says it.',
  schema: { type: 'string' },
};

const API_VERSION: ApiParameter = {
  name: 'API-Version',
  in: 'header',
  required: false,
  description: "The version of the API that the request speaks; without it the tenant's pin counts.",
  schema: { type: 'string', format: 'date' },
};

/** The path of a route as OpenAPI writes it. */
export const pathOf = ({ path }: Route): string => path.replace(/:(\w+)/g, '{$1}');

/** The operation of a route, undefined where the document has none. */
export function operationOf(document: ApiDocument, route: Route): Operation | undefined {
  return document.paths[pathOf(route)]?.[route.method.toLowerCase()];
}

/**
 * Completes every operation by what its route declares: name, summary, tag, credentials, parameters and answers.
 *
 * @param entities of the platform
 * @returns every error that an operation answers with
 * @throws RouteFault naming the routes that would have one name
 */
export function completeOperations(
  document: ApiDocument,
  routes: readonly Route[],
  entities: readonly EntityClass[],
): ErrorDefinition[] {
  const answers = new HalAnswers(document);
  const errors = new Map<string, ErrorDefinition>();
  const done = new Map<Operation, Route>();
  const given = new Set<Operation>(); // those that their author named
  for (const route of routes) {
    const operation = operationOf(document, route);
    if (!operation || done.has(operation)) continue;
    done.set(operation, route);
    if (operation.operationId) given.add(operation);
    nameIt(operation, route, answers.describe(operation));
    secureIt(operation, route);
    describeConventions(operation, route);
    describeCollection(document, operation, route, entities);
    describeParameters(operation, route);
    for (const error of addProblems(operation, route)) errors.set(error.code, error);
  }
  tellApart(done, given);
  answers.finish();
  addConventions(document);
  refuseSameNames(done);
  return [...errors.values()];
}

function nameIt(operation: Operation, route: Route, lists: boolean): void {
  const acts = route.method === 'POST' && !('201' in operation.responses);
  operation.operationId ||= operationId({ method: route.method, path: pathOf(route), lists, acts });
  operation.summary ||= summaryOf(operation.operationId);
  operation.tags = [route.area?.name ?? route.module];
}

function secureIt(operation: Operation, { access }: Route): void {
  operation.security = [];
  operation.parameters = [...(operation.parameters ?? []), { ...API_VERSION }];
  if (!access) return;
  if (access.kind === 'operator') operation.security = [{ operator: [] }];
  else if (access.kind === 'public' && access.credential === 'optional')
    operation.security = [{}, { user: [] }, { operator: [] }];
  else if (access.kind !== 'public') operation.security = [{ user: [] }];
  if (access.kind !== 'operator' && !(access.kind === 'public' && access.tenant === 'none')) {
    operation.parameters = [...(operation.parameters ?? []), { ...X_TENANT }];
  }
  if (access.kind !== 'permission') return;
  const needs = `Needs ${access.permissions.map((permission) => `\`${permission}\``).join(', ')}.`;
  operation.description = [operation.description, needs].filter(Boolean).join('\n\n');
}

function describeParameters(operation: Operation, route: Route): void {
  for (const parameter of operation.parameters ?? []) {
    if (parameter.in !== 'path' && parameter.schema?.default !== undefined) parameter.required = false;
    if (parameter.description) continue;
    const owner = parameter.in === 'path' ? ownerOf(pathOf(route), parameter.name) : undefined;
    parameter.description = owner ? `Which ${owner}: its \`${parameter.name}\`.` : `The \`${parameter.name}\`.`;
  }
}

function addProblems(operation: Operation, route: Route): ErrorDefinition[] {
  const parameters = operation.parameters ?? [];
  const errors = problemCodes(route, {
    hasParameters: parameters.some((parameter) => parameter.in === 'path' || parameter.in === 'query'),
    hasBody: operation.requestBody !== undefined,
    isPaged: parameters.some(({ name }) => name === 'cursor'),
  });
  // A fresh object: the library's own may stand in the metadata of a decorator.
  operation.responses = { ...operation.responses, ...problemAnswers(errors) };
  return errors;
}

/** `GET /orders/open` and `GET /orders/open/:id` may have one name: the one of a single resource then says by what. */
function tellApart(operations: ReadonlyMap<Operation, Route>, given: ReadonlySet<Operation>): void {
  const names = [...operations.keys()].map(({ operationId: name }) => name);
  const shared = new Set(names.filter((name, index) => names.indexOf(name) !== index));
  for (const [operation, { path }] of operations) {
    const [, parameter] = /:(\w+)$/.exec(path) ?? [];
    if (parameter === undefined || given.has(operation) || !shared.has(operation.operationId)) continue;
    operation.operationId = `${operation.operationId}By${parameter.charAt(0).toUpperCase()}${parameter.slice(1)}`;
  }
}

function refuseSameNames(operations: ReadonlyMap<Operation, Route>): void {
  const taken = new Map<string, Route>();
  const faults: string[] = [];
  for (const [{ operationId: name = '' }, route] of operations) {
    const other = taken.get(name);
    if (other)
      faults.push(
        `${told(route)}: is "${name}" in OpenAPI, as ${told(other)} is: give one another name with @ApiOperation({ operationId }).`,
      );
    taken.set(name, route);
  }
  if (faults.length > 0) throw new RouteFault(faults);
}

const told = ({ method, path, handler }: Route): string => `${method} ${path} (${handler})`;
