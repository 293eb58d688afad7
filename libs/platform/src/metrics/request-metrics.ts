import type { FastifyReply, FastifyRequest } from 'fastify';
import { Histogram, type Registry } from 'prom-client';

/** Durations of requests by the route's pattern, never by address or tenant: as many series as there are routes. */
export class RequestMetrics {
  private readonly durations: Histogram<'method' | 'route' | 'status'>;

  constructor(registry: Registry) {
    this.durations = new Histogram({
      name: 'tenantry_http_request_duration_seconds',
      help: 'Time from the request to the end of the answer.',
      labelNames: ['method', 'route', 'status'],
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
      registers: [registry],
    });
  }

  observe({ method, routeOptions }: FastifyRequest, reply: FastifyReply): void {
    const labels = { method, route: routeOptions.url ?? 'unknown', status: `${Math.floor(reply.statusCode / 100)}xx` };
    this.durations.observe(labels, reply.elapsedTime / 1000);
  }
}
