import type { OwnerDatabase, TenantPool, WarmPool } from '@tenantry/tenancy';
import { Gauge, type Registry } from 'prom-client';
import { isLocal, privateMemory, type Backend } from './backend-memory.js';

/** Everything that is asked at the moment of a scrape, so that nothing runs in between. */
export interface DatabaseSources {
  readonly databaseUrl: string;
  readonly owner: OwnerDatabase;
  readonly tenants: TenantPool;
  readonly warm: WarmPool;
}

const POOL = 'tenantry_tenant_connections';
const BACKENDS = 'tenantry_postgres_backends';
const MEMORY = 'tenantry_postgres_backend_private_bytes';

export function addDatabaseMetrics(registry: Registry, sources: DatabaseSources): void {
  addConnections(registry, sources.tenants);
  addBackends(registry, sources);
  const warm = gauge(registry, 'tenantry_warm_schemas', 'Schemas that wait for tenants.', ['state'], async () => {
    const { ready, target } = await sources.warm.status();
    warm.set({ state: 'ready' }, ready);
    warm.set({ state: 'target' }, target);
  });
}

function addConnections(registry: Registry, pool: TenantPool): void {
  const connections = gauge(
    registry,
    POOL,
    'Connections for tenants’ statements, and who waits for one.',
    ['state'],
    () => {
      const { total, idle, waiting } = pool.counts;
      connections.set({ state: 'open' }, total);
      connections.set({ state: 'idle' }, idle);
      connections.set({ state: 'waiting' }, waiting);
    },
  );
  const recycled = gauge(
    registry,
    `${POOL}_recycled`,
    'Connections closed because they had served many tenants.',
    [],
    () => recycled.set(pool.recycled),
  );
}

function addBackends(registry: Registry, { databaseUrl, owner }: DatabaseSources): void {
  let asking: Promise<void> | undefined;
  // Both are of one answer, whichever is read first.
  const collect = () => (asking ??= ask().finally(() => (asking = undefined)));
  const memory = gauge(
    registry,
    MEMORY,
    'Memory of Postgres processes that is their own.',
    ['application', 'of'],
    collect,
  );
  const backends = gauge(registry, BACKENDS, 'Connections to this database.', ['application'], collect);
  const ask = async () => {
    const known = await byApplication(owner);
    const own = isLocal(databaseUrl) ? await Promise.all([...known].map(memoryOf)) : [];
    memory.reset();
    backends.reset();
    for (const [application, pids] of known) backends.set({ application }, pids.length);
    for (const { application, bytes } of own) {
      if (bytes.length === 0) continue;
      memory.set({ application, of: 'largest' }, Math.max(...bytes));
      memory.set(
        { application, of: 'all' },
        bytes.reduce((sum, each) => sum + each, 0),
      );
    }
  };
}

async function memoryOf([application, pids]: readonly [string, readonly number[]]) {
  const bytes = await Promise.all(pids.map(privateMemory));
  return { application, bytes: bytes.filter((each) => each !== undefined) };
}

async function byApplication(owner: OwnerDatabase): Promise<Map<string, number[]>> {
  const { rows } = await owner.withClient((client) => client.query<Backend>(OWN_BACKENDS));
  const known = new Map<string, number[]>();
  for (const { application, pid } of rows) known.set(application, [...(known.get(application) ?? []), pid]);
  return known;
}

/** Names that programs of others give themselves would be labels without a bound. */
const OWN_BACKENDS = `
  SELECT pid, CASE WHEN application_name LIKE 'tenantry%' THEN application_name ELSE 'other' END AS application
  FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend'`;

function gauge(
  registry: Registry,
  name: string,
  help: string,
  labelNames: string[],
  collect?: () => void | Promise<void>,
): Gauge {
  return new Gauge({ name, help, labelNames, registers: [registry], ...(collect && { collect }) });
}
