import { ProblemFilter } from '@tenantry/api';
import { UsageMeter } from '@tenantry/billing';
import { openRequestScope, refuseDuplicateHeaders, type TenantRequest } from '@tenantry/tenancy';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';
import type { StructuredLogger } from '../logging/structured-logger.js';

/** The first and the last that happens to every request. */
export function addRequestHooks(app: NestFastifyApplication, logger: StructuredLogger): void {
  const fastify = app.getHttpAdapter().getInstance();
  const usage = app.get(UsageMeter);
  const problems = app.get(ProblemFilter);

  fastify.addHook('onRequest', (request, reply, done) => {
    void reply.header('x-request-id', request.id);
    try {
      refuseDuplicateHeaders(request.raw.rawHeaders);
      done();
    } catch (error) {
      void problems.answer(error, request, reply);
    }
  });

  // After the body was read: reading it would lose the scope, because its events are the socket's.
  fastify.addHook('preHandler', (request, _reply, done) => openRequestScope(request.id, done));

  fastify.addHook('onResponse', (request, reply, done) => {
    const { tenant, principal } = request as FastifyRequest & TenantRequest;
    if (tenant && principal?.kind === 'user') usage.count(tenant.id);
    logger.event('request', {
      requestId: request.id,
      method: request.method,
      // The pattern, not the address: an address may hold what should not be in a log.
      route: request.routeOptions.url ?? 'unknown',
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime * 10) / 10,
      ...(tenant && { tenant: tenant.slug, tenantId: tenant.id }),
      ...(principal && { principal: principal.id }),
    });
    done();
  });
}
