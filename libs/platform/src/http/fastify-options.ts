import type { IncomingMessage } from 'node:http';
import type { Settings } from '@tenantry/kernel';
import { requestId } from '@tenantry/api';
import { FastifyAdapter } from '@nestjs/platform-fastify';

/** Nest's adapter over a Fastify that is strict about what it takes. */
export function fastifyAdapter(settings: Settings): FastifyAdapter {
  const proxies = settings.get('TENANTRY_TRUSTED_PROXIES');
  return new FastifyAdapter({
    logger: false,
    trustProxy: proxies.length > 0 ? proxies : false,
    bodyLimit: settings.get('TENANTRY_BODY_LIMIT'),
    genReqId: (request: IncomingMessage) => requestId(request.headers['x-request-id']),
    requestTimeout: 60_000,
    forceCloseConnections: 'idle',
    return503OnClosing: true,
    routerOptions: { maxParamLength: 300 },
  });
}
