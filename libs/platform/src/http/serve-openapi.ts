import { ProblemFilter } from '@tenantry/api';
import { Callers } from '@tenantry/auth';
import { SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Route } from '../composition/routes.js';
import type { ApiDocument } from '../openapi/api-document.js';
import { CallersDocuments } from '../openapi/callers-document.js';

/**
 * Serves the document at `/openapi.json`, and Swagger UI at `/docs`. Who sends a token gets the operations that they may
 * use; without one the document is whole.
 */
export function serveOpenApi(app: NestFastifyApplication, document: OpenAPIObject, routes: readonly Route[]): void {
  SwaggerModule.setup('docs', app, document, { raw: ['yaml'], yamlDocumentUrl: 'openapi.yaml' });
  const documents = new CallersDocuments(document as unknown as ApiDocument, routes);
  const callers = app.get(Callers);
  const problems = app.get(ProblemFilter);
  const fastify = app.getHttpAdapter().getInstance();
  fastify.get('/openapi.json', async (request, reply) => {
    try {
      const text = documents.of(await callers.of(request));
      await reply.header('vary', 'authorization').type('application/json; charset=utf-8').send(text);
    } catch (error) {
      await problems.answer(error, request, reply);
    }
  });
}
