import { ApiContract, ProblemFilter, type VersionedRequest } from '@tenantry/api';
import { Callers } from '@tenantry/auth';
import { Caches } from '@tenantry/kernel';
import { SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Route } from '../composition/routes.js';
import type { ApiDocument } from '../openapi/api-document.js';
import { CallersDocuments, MOST_DOCUMENTS } from '../openapi/callers-document.js';
import { DOCS_PAGE } from './docs-page.js';

/**
 * Serves the document of each version at `/openapi.json?version=`, and Swagger UI at `/docs`. Who sends a token gets the operations that they may
 * use; without one the document is whole.
 */
export function serveOpenApi(app: NestFastifyApplication, document: OpenAPIObject, routes: readonly Route[]): void {
  const { chain } = app.get(ApiContract);
  const urls = [...chain.versions.all].reverse().map((name) => ({ name, url: `/openapi.json?version=${name}` }));
  const swaggerOptions = { urls, ...DOCS_PAGE };
  SwaggerModule.setup('docs', app, document, {
    raw: ['yaml'],
    yamlDocumentUrl: 'openapi.yaml',
    explorer: true,
    swaggerOptions,
  });
  const caches = app.get(Caches);
  const documents = new Map<string, CallersDocuments>();
  const documentsOf = (version: string) => {
    const known = documents.get(version);
    if (known) return known;
    const made = new CallersDocuments(
      chain.documentOf(version) as unknown as ApiDocument,
      routes,
      caches.lru(`documents-${version}`, MOST_DOCUMENTS),
    );
    documents.set(version, made);
    return made;
  };
  const callers = app.get(Callers);
  const problems = app.get(ProblemFilter);
  const fastify = app.getHttpAdapter().getInstance();
  fastify.get<{ Querystring: { version?: unknown } }>('/openapi.json', async (request, reply) => {
    try {
      const { version = (request as VersionedRequest).apiVersion ?? chain.versions.newest } = request.query;
      const text = documentsOf(chain.versions.resolve(String(version))).of(await callers.of(request));
      await reply.header('vary', 'authorization, api-version').type('application/json; charset=utf-8').send(text);
    } catch (error) {
      await problems.answer(error, request, reply);
    }
  });
}
