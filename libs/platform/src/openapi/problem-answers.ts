import { STATUS_CODES } from 'node:http';
import { PROBLEM_MEDIA_TYPE, problemType } from '@tenantry/api';
import type { ErrorDefinition } from '@tenantry/kernel';
import { schemaRef, type ApiAnswer, type ApiDocument, type Reference, type Schema } from './api-document.js';

/** A problem document (RFC 9457). */
const PROBLEM: Schema = {
  type: 'object',
  description: 'A problem document (RFC 9457).',
  required: ['type', 'title', 'status', 'detail', 'instance', 'code'],
  properties: {
    type: { type: 'string', format: 'uri-reference', description: 'Where this kind of problem is described.' },
    title: { type: 'string', description: 'Name of the status.' },
    status: { type: 'integer', minimum: 400, maximum: 599 },
    detail: { type: 'string', description: 'What is wrong, for a person.' },
    instance: { type: 'string', format: 'uri', description: 'The request it is about, by its `X-Request-Id`.' },
    code: { type: 'string', pattern: '^[A-Z][A-Z0-9]*(_[A-Z0-9]+)+$', description: 'Stable; decide by this one.' },
    errors: {
      type: 'array',
      description: 'Faults of a request that fails validation.',
      items: schemaRef('ProblemFault'),
    },
  },
};

const FAULT: Schema = {
  type: 'object',
  description: 'One fault of a request.',
  required: ['pointer', 'detail'],
  properties: {
    pointer: { type: 'string', format: 'json-pointer', description: 'The value at fault (RFC 6901).' },
    detail: { type: 'string' },
  },
};

const HEADERS = {
  'Retry-After': { description: 'Seconds after which to try again.', schema: { type: 'integer', minimum: 0 } },
  'WWW-Authenticate': { description: 'Which credential is wanted (RFC 9110).', schema: { type: 'string' } },
};

/** Adds what problem answers refer to: the schema, the headers, and an example of each error. */
export function addProblems({ components }: ApiDocument, errors: readonly ErrorDefinition[]): void {
  Object.assign(components.schemas, { Problem: PROBLEM, ProblemFault: FAULT });
  components.headers = { ...components.headers, ...HEADERS };
  components.examples = {
    ...components.examples,
    ...Object.fromEntries(errors.map((each) => [each.code, exampleOf(each)])),
  };
}

/** A route's problems by status. Which codes a status has is told by the names of its examples. */
export function problemAnswers(errors: readonly ErrorDefinition[]): Record<string, ApiAnswer> {
  const statuses = [...new Set(errors.map(({ status }) => status))];
  return Object.fromEntries(
    statuses.map((status) => [
      status,
      answerOf(
        status,
        errors.filter((error) => error.status === status),
      ),
    ]),
  );
}

function answerOf(status: number, errors: readonly ErrorDefinition[]): ApiAnswer {
  const codes = errors.map(({ code }) => code);
  const headers = headersOf(status);
  return {
    description: `${STATUS_CODES[status] ?? 'Error'}: ${codes.map((code) => `\`${code}\``).join(', ')}.`,
    ...(headers && { headers }),
    content: {
      [PROBLEM_MEDIA_TYPE]: {
        schema: schemaRef('Problem'),
        examples: Object.fromEntries(codes.map((code) => [code, { $ref: `#/components/examples/${code}` }])),
      },
    },
  };
}

function headersOf(status: number): Record<string, Reference> | undefined {
  const header = (name: string) => ({ [name]: { $ref: `#/components/headers/${name}` } });
  if (status === 429 || status === 503) return header('Retry-After');
  return status === 401 ? header('WWW-Authenticate') : undefined;
}

function exampleOf({ code, status, title }: ErrorDefinition): { summary: string; value: unknown } {
  return {
    summary: title,
    value: {
      type: problemType(code),
      title: STATUS_CODES[status] ?? 'Error',
      status,
      detail: `${title}.`,
      instance: 'urn:tenantry:request:019ac11e-8d2a-7c4e-9f10-2b5d3e6a7c80',
      code,
      ...(code === 'REQUEST_INVALID' && { errors: [{ pointer: '/title', detail: 'title must be a string' }] }),
    },
  };
}
