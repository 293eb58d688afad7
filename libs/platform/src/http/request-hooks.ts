import {
  ChangeTags,
  isOwnRequest,
  Links,
  noteOwnRequest,
  presentHal,
  ProblemFilter,
  projectFields,
  Readiness,
  RequestMalformed,
  RequestVersions,
  tagAnswer,
  VersionUsage,
  type VersionedRequest,
} from '@tenantry/api';
import { UsageMeter } from '@tenantry/billing';
import { openRequestScope, refuseDuplicateHeaders, type TenantRequest } from '@tenantry/tenancy';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { StructuredLogger } from '../logging/structured-logger.js';
import { SECURITY_HEADERS } from './security-headers.js';

const IS_DOCS = /^\/docs(\/|\?|$)/;

/** Swagger UI brings its own scripts and inline styles; nothing else of the API is a page. */
const DOCS_POLICY = [
  'content-security-policy',
  `default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'`,
] as const;

/** The first and the last that happens to every request. */
export function addRequestHooks(app: NestFastifyApplication, logger: StructuredLogger): void {
  const fastify = app.getHttpAdapter().getInstance();
  beginRequests(app, fastify);
  shapeAnswers(app, fastify);
  recordRequests(app, fastify, logger);
}

function beginRequests(app: NestFastifyApplication, fastify: FastifyInstance): void {
  const problems = app.get(ProblemFilter);
  const versions = app.get(RequestVersions);
  const links = app.get(Links);
  fastify.addHook('onRequest', (request, reply, done) => {
    noteOwnRequest(request);
    void reply.headers(SECURITY_HEADERS).header('x-request-id', request.id);
    try {
      refuseForeignTarget(request);
      refuseDuplicateHeaders(request.raw.rawHeaders);
      versions.begin(request, reply);
      done();
    } catch (error) {
      void problems.answer(error, request, reply);
    }
  });
  // After the body was read: reading it would lose the scope, because its events are the socket's.
  fastify.addHook('preHandler', (request, _reply, done) =>
    openRequestScope(request.id, done, (path) => links.mayRead(path, request)),
  );
}

function shapeAnswers(app: NestFastifyApplication, fastify: FastifyInstance): void {
  const readiness = app.get(Readiness);
  const links = app.get(Links);
  const versions = app.get(RequestVersions);
  const tags = app.get(ChangeTags);
  fastify.addHook('preSerialization', (request, reply, payload, done) => {
    const linked = links.add(presentHal(payload, request, reply), request, reply);
    // After the migration: `fields` are the caller's names.
    const answer = versions.answer(linked, request, reply);
    const document = projectFields(answer, versions.toldFields(payload, request), request);
    const place = tags.placeOf(document, request, reply);
    if (place === undefined) return done(null, document);
    void tags.add(place, document, request, reply).then(() => done(null, document), done);
  });
  fastify.addHook('onSend', (request, reply, payload, done) => {
    if (request.url.startsWith('/docs') && IS_DOCS.test(request.url)) void reply.header(...DOCS_POLICY);
    // A connection kept alive would keep a stopping server waiting.
    if (readiness.state === 'stopping') void reply.header('connection', 'close');
    done(null, tagAnswer(request, reply, payload));
  });
}

function recordRequests(app: NestFastifyApplication, fastify: FastifyInstance, logger: StructuredLogger): void {
  const usage = app.get(UsageMeter);
  const versionUsage = app.get(VersionUsage);
  fastify.addHook('onResponse', (request, reply, done) => {
    if (isOwnRequest(request)) return done();
    const { tenant, admitted, apiVersion } = request as Answered;
    if (tenant && admitted) {
      usage.count(tenant.id);
      if (apiVersion !== undefined) versionUsage.count(tenant.id, apiVersion);
    }
    if (logger.tellsEvents) logger.event('request', summary(request, reply));
    done();
  });
}

/**
 * A target in absolute form names an authority of its own, which would win over Host (RFC 9112 section 3.2.2): a proxy
 * and we could take the request for different tenants.
 */
function refuseForeignTarget({ raw }: FastifyRequest): void {
  if (!raw.url?.startsWith('/')) throw new RequestMalformed('The request target must be a path.');
}

type Answered = VersionedRequest & TenantRequest;

/** What the log keeps of a request: the route's pattern, because an address may hold what should not be in a log. */
function summary(
  { id, method, routeOptions, tenant, principal }: Answered,
  reply: FastifyReply,
): Record<string, unknown> {
  return {
    requestId: id,
    method,
    route: routeOptions.url ?? 'unknown',
    status: reply.statusCode,
    ms: Math.round(reply.elapsedTime * 10) / 10,
    ...(tenant && { tenant: tenant.slug, tenantId: tenant.id }),
    ...(principal && { principal: principal.id }),
  };
}
