import fastifyCompress from '@fastify/compress';
import fastifyHelmet from '@fastify/helmet';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { readJson } from '@tenantry/api';
import type { Settings } from '@tenantry/kernel';

/** Swagger UI brings its own scripts and inline styles; nothing else of the API is a page. */
const DOCS_POLICY = `default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'`;

/** Security headers, compression, CORS, and JSON as the only body. */
export async function addHttpBasics(app: NestFastifyApplication, settings: Settings): Promise<void> {
  const fastify = app.getHttpAdapter().getInstance();
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => {
    try {
      done(null, readJson(body as Buffer));
    } catch (error) {
      done(error as Error);
    }
  });
  await app.register(fastifyHelmet, {
    contentSecurityPolicy: { useDefaults: false, directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } },
  });
  await app.register(fastifyCompress, { threshold: 1024 });
  const origins = settings.get('TENANTRY_CORS_ORIGINS');
  if (origins.length > 0) {
    app.enableCors({
      origin: origins.includes('*') ? true : [...origins],
      exposedHeaders: ['x-request-id', 'location', 'retry-after'],
      maxAge: 600,
    });
  }
  fastify.addHook('onSend', (request, reply, payload, done) => {
    if (/^\/docs(\/|\?|$)/.test(request.url)) void reply.header('content-security-policy', DOCS_POLICY);
    done(null, payload);
  });
}
