import fastifyCompress from '@fastify/compress';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { keepRawBody, readJson } from '@tenantry/api';
import type { Settings } from '@tenantry/kernel';
import { addArchiveBodies } from './archive-bodies.js';
import { addBodyDeadline } from './body-deadline.js';

/** What a page of another origin may read of an answer: a client needs them all. */
const exposedHeaders = [
  ...['x-request-id', 'location', 'etag', 'api-version', 'idempotency-replayed'],
  ...['date', 'retry-after', 'deprecation', 'sunset', 'link'],
];

/** Compression, CORS, and JSON as the only body but for archives. */
export async function addHttpBasics(app: NestFastifyApplication, settings: Settings): Promise<void> {
  const fastify = app.getHttpAdapter().getInstance();
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    try {
      keepRawBody(request, body as Buffer);
      done(null, readJson(body as Buffer));
    } catch (error) {
      done(error as Error);
    }
  });
  addArchiveBodies(fastify);
  addBodyDeadline(fastify);
  await app.register(fastifyCompress, { threshold: 1024 });
  const origins = settings.get('TENANTRY_CORS_ORIGINS');
  if (origins.length > 0) {
    app.enableCors({
      origin: origins.includes('*') ? true : [...origins],
      // The plugin's own default leaves out what changes a resource.
      methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
      exposedHeaders,
      maxAge: 600,
    });
  }
}
