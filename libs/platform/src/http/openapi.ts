import type { INestApplication } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { ApiVersions } from '@tenantry/kernel';
import { routesOf, type Route } from '../composition/routes.js';

const PROBLEM = {
  type: 'object',
  required: ['type', 'title', 'status', 'detail', 'instance', 'code'],
  properties: {
    type: { type: 'string', format: 'uri-reference' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    instance: { type: 'string', format: 'uri' },
    code: { type: 'string', description: 'Stable, AREA_REASON.' },
    errors: {
      type: 'array',
      items: { type: 'object', properties: { pointer: { type: 'string' }, detail: { type: 'string' } } },
    },
  },
} as const;

const X_TENANT = {
  name: 'X-Tenant',
  in: 'header',
  required: false,
  description: 'Slug or id of the tenant, where neither host nor credential says it.',
  schema: { type: 'string' },
} as const;

/** The OpenAPI document of the application, with the security that its routes declare. */
export function openApiDocument(app: INestApplication, routes: readonly Route[], version: string): OpenAPIObject {
  const config = new DocumentBuilder()
    .setTitle('Tenantry')
    .setDescription('A multi-tenant API. Errors are problem documents (RFC 9457).')
    .setVersion(version)
    .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'POST /auth/login' }, 'user')
    .addBearerAuth(
      { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'POST /admin/auth/login' },
      'operator',
    )
    .build();
  const document = SwaggerModule.createDocument(app, config);
  document.components = {
    ...document.components,
    schemas: { ...document.components?.schemas, Problem: PROBLEM as never },
  };
  for (const route of routes) declare(document, route);
  return document;
}

/** The OpenAPI document of a platform. */
export function openApi(app: INestApplication): OpenAPIObject {
  return openApiDocument(app, routesOf(app.get(ModulesContainer)), app.get(ApiVersions).newest);
}

/** Serves the document at `/openapi.json` and Swagger UI at `/docs`. */
export function serveOpenApi(app: INestApplication, document: OpenAPIObject): void {
  SwaggerModule.setup('docs', app, document, { jsonDocumentUrl: 'openapi.json', yamlDocumentUrl: 'openapi.yaml' });
}

function declare(document: OpenAPIObject, { method, path, access }: Route): void {
  const item = document.paths[path.replace(/:(\w+)/g, '{$1}')] as Record<string, Operation> | undefined;
  const operation = item?.[method.toLowerCase()];
  if (!operation || !access) return;
  operation.responses['default'] = {
    description: 'A problem document.',
    content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
  };
  if (access.kind === 'operator') operation.security = [{ operator: [] }];
  else if (access.kind !== 'public') operation.security = [{ user: [] }];
  if (access.kind !== 'operator' && !(access.kind === 'public' && access.tenant === 'none')) {
    operation.parameters = [...(operation.parameters ?? []), X_TENANT];
  }
  if (access.kind === 'permission') {
    operation.description = [operation.description, `Needs ${access.permissions.join(', ')}.`]
      .filter(Boolean)
      .join('\n\n');
  }
}

interface Operation {
  description?: string;
  parameters?: unknown[];
  responses: Record<string, unknown>;
  security?: Record<string, string[]>[];
}
