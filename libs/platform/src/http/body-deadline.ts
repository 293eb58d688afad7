import type { FastifyInstance } from 'fastify';
import { takesArchives } from './archive-bodies.js';

/** Milliseconds in which a body must have arrived. */
const DEADLINE = 60_000;
/** The same of an archive, which may be large and the line slow: six hours. */
export const ARCHIVE_DEADLINE = 21_600_000;

const TIMED_OUT = 'HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n';

/** Ends requests whose body dribbles in; Node's own limit is for all routes the same. */
export function addBodyDeadline(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (request, _reply, done) => {
    const { raw } = request;
    const hasBody = raw.headers['transfer-encoding'] !== undefined || Number(raw.headers['content-length']) > 0;
    if (hasBody && !takesArchives(request.routeOptions.url)) {
      const timer = setTimeout(() => raw.socket.end(TIMED_OUT), DEADLINE).unref();
      raw.once('end', () => clearTimeout(timer)).once('close', () => clearTimeout(timer));
    }
    done();
  });
}
