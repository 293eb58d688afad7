import { errorCodes, type FastifyInstance } from 'fastify';

const MEDIA = ['application/x-tar', 'application/gzip', 'application/octet-stream'];
const ROUTES = new Set(['/admin/imports']);

/** Whether the route takes a body of any length, as a stream that its handler reads. */
export function takesArchives(url: string | undefined): boolean {
  return url !== undefined && ROUTES.has(url);
}

/** Archives as bodies: left unread until the caller is known, and to the routes that take them. */
export function addArchiveBodies(fastify: FastifyInstance): void {
  fastify.addContentTypeParser(MEDIA, (request, payload, done) => {
    if (takesArchives(request.routeOptions.url)) done(null, payload);
    else done(new errorCodes.FST_ERR_CTP_INVALID_MEDIA_TYPE());
  });
}
