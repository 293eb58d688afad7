import { isOwnRequest, ProblemFilter } from '@tenantry/api';
import { Callers } from '@tenantry/auth';
import { Caches, type Settings } from '@tenantry/kernel';
import { OwnerDatabase, WarmPool, type TenantPool } from '@tenantry/tenancy';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { getDataSourceToken } from '@nestjs/typeorm';
import { collectDefaultMetrics, Registry } from 'prom-client';
import type { DataSource } from 'typeorm';
import { addCacheMetrics } from './cache-metrics.js';
import { addDatabaseMetrics } from './database-metrics.js';
import { MetricsAccess } from './metrics-access.js';
import { RequestMetrics } from './request-metrics.js';
import { addWorkMetrics } from './work-metrics.js';

/**
 * Serves `GET /metrics` in the Prometheus text format, for operators and for the token of `TENANTRY_METRICS_TOKEN`. No
 * tenant, user or address is a label: what is told does not grow with them.
 */
export function serveMetrics(app: NestFastifyApplication, settings: Settings, databaseUrl: string): void {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const tenants = (app.get<DataSource>(getDataSourceToken()).driver as unknown as { master: TenantPool }).master;
  addCacheMetrics(registry, app.get(Caches));
  addDatabaseMetrics(registry, { databaseUrl, owner: app.get(OwnerDatabase), tenants, warm: app.get(WarmPool) });
  addWorkMetrics(registry, app.get(OwnerDatabase));
  const requests = new RequestMetrics(registry);
  const access = new MetricsAccess(app.get(Callers), settings);
  const problems = app.get(ProblemFilter);
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addHook('onResponse', (request, reply, done) => {
    if (!isOwnRequest(request)) requests.observe(request, reply);
    done();
  });
  fastify.get('/metrics', async (request, reply) => {
    try {
      await access.check(request);
      await reply
        .header('cache-control', 'no-store')
        .type(registry.contentType)
        .send(await registry.metrics());
    } catch (error) {
      await problems.answer(error, request, reply);
    }
  });
}
