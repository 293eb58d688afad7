import type { IncomingMessage } from 'node:http';
import type { Settings } from '@tenantry/kernel';
import { PROBLEM_MEDIA_TYPE, problemOf, readQuery, requestId, RequestMalformed } from '@tenantry/api';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { ARCHIVE_DEADLINE } from './body-deadline.js';
import { SECURITY_HEADERS } from './security-headers.js';

/** Nest's adapter over a Fastify that is strict about what it takes. */
export function fastifyAdapter(settings: Settings): FastifyAdapter {
  const proxies = settings.get('TENANTRY_TRUSTED_PROXIES');
  return new FastifyAdapter({
    logger: false,
    trustProxy: proxies.length > 0 ? proxies : false,
    bodyLimit: settings.get('TENANTRY_BODY_LIMIT'),
    genReqId: (request: IncomingMessage) => requestId(request.headers['x-request-id']),
    // An address that cannot be decoded reaches no route and no filter.
    frameworkErrors: (_error: unknown, request: FastifyRequest, reply: FastifyReply) => {
      const problem = problemOf(new RequestMalformed('The address is malformed.'), request.id);
      void reply
        .code(problem.status)
        .headers(SECURITY_HEADERS)
        .header('x-request-id', request.id)
        .type(PROBLEM_MEDIA_TYPE)
        .send(JSON.stringify(problem));
    },
    requestTimeout: ARCHIVE_DEADLINE, // that of all other bodies is shorter: see body-deadline.ts
    forceCloseConnections: 'idle',
    return503OnClosing: true,
    routerOptions: { maxParamLength: 300, querystringParser: readQuery },
  });
}
