import { setTimeout as delay } from 'node:timers/promises';
import { parseSettings } from '@tenantry/kernel';
import { TenantContext, TenantTransaction, type Tenant } from '@tenantry/tenancy';
import type { DataSource, EntityManager } from 'typeorm';
import { Mark } from '../support/mark.entity.js';
import { tenantSchema } from '@tenantry/tenancy';

export interface HammerOptions {
  readonly dataSource: DataSource;
  readonly tenants: readonly Tenant[];
  readonly workers: number;
  readonly requests: number;
}

export interface HammerResult {
  readonly requests: number;
  /** Rows or roles that were not the tenant's own. */
  readonly wrong: string[];
  /** Failures other than the planned ones. */
  readonly surprises: string[];
  /** Planned failures by kind, to see that they happened. */
  readonly planned: Record<string, number>;
}

const context = new TenantContext();

class Planned extends Error {}

const shared = (source: DataSource) => new TenantTransaction(source, parseSettings({}));

/** Many workers over many tenants and few connections, with failures in every place a failure can be. */
export async function hammer({ dataSource, tenants, workers, requests }: HammerOptions): Promise<HammerResult> {
  const result: HammerResult = { requests: 0, wrong: [], surprises: [], planned: {} };
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < requests) {
      const index = next++;
      const tenant = tenants[index % tenants.length];
      const kind = pick(index);
      if (!tenant || !kind) return;
      try {
        await context.run(tenant, () => kind.run(dataSource, tenant, result.wrong, tenants));
      } catch (error) {
        if (!kind.isPlanned?.(error)) result.surprises.push(`${kind.name}: ${String(error)}`);
        else result.planned[kind.name] = (result.planned[kind.name] ?? 0) + 1;
      }
    }
  };
  await Promise.all(Array.from({ length: workers }, work));
  return { ...result, requests: next };
}

interface Kind {
  readonly name: string;
  /** Of a hundred requests, how many. */
  readonly share: number;
  run(dataSource: DataSource, tenant: Tenant, wrong: string[], tenants: readonly Tenant[]): Promise<unknown>;
  isPlanned?(error: unknown): boolean;
}

async function check(manager: EntityManager, tenant: Tenant, wrong: string[]): Promise<void> {
  const marks = await manager.find(Mark, { take: 20 });
  for (const mark of marks) if (mark.tenant !== tenant.slug) wrong.push(`${tenant.slug} saw a row of ${mark.tenant}`);
  const [who] = await manager.query<{ role: string }[]>('SELECT current_user AS role');
  if (who?.role !== tenantSchema(tenant.id)) wrong.push(`${tenant.slug} ran as ${who?.role}`);
}

const sqlState = (error: unknown) => (error as { driverError?: { code?: string } }).driverError?.code;

const kinds: readonly Kind[] = [
  { name: 'read', share: 40, run: (source, tenant, wrong) => check(source.manager, tenant, wrong) },
  { name: 'write', share: 15, run: (source, tenant) => source.getRepository(Mark).insert({ tenant: tenant.slug }) },
  {
    name: 'transaction',
    share: 15,
    run: (source, tenant, wrong) =>
      source.transaction(async (manager) => {
        await manager.insert(Mark, { tenant: tenant.slug });
        await check(manager, tenant, wrong);
      }),
  },
  {
    name: 'shared transaction',
    share: 15,
    run: (source, tenant, wrong) =>
      shared(source).run(async () => {
        await Promise.all([
          source.getRepository(Mark).insert({ tenant: tenant.slug }),
          source.transaction((manager) => check(manager, tenant, wrong)),
          check(source.manager, tenant, wrong),
        ]);
      }),
  },
  {
    name: 'work throws in a shared transaction',
    share: 5,
    run: (source, tenant) =>
      shared(source).run(async () => {
        await source.getRepository(Mark).insert({ tenant: `${tenant.slug} undone` });
        await source.transaction((manager) => manager.insert(Mark, { tenant: `${tenant.slug} undone` }));
        throw new Planned();
      }),
    isPlanned: (error) => error instanceof Planned,
  },
  {
    name: 'handler throws in a transaction',
    share: 10,
    run: (source, tenant) =>
      source.transaction(async (manager) => {
        await manager.insert(Mark, { tenant: `${tenant.slug} undone` });
        throw new Planned();
      }),
    isPlanned: (error) => error instanceof Planned,
  },
  {
    name: 'statement fails in a transaction',
    share: 7,
    run: (source) => source.transaction((manager) => manager.query('SELECT 1/0')),
    isPlanned: (error) => sqlState(error) === '22012',
  },
  {
    name: 'transaction is left open',
    share: 2,
    run: async (source, tenant) => {
      const runner = source.createQueryRunner();
      await runner.query('BEGIN');
      await runner.query('INSERT INTO mark (tenant) VALUES ($1)', [`${tenant.slug} left open`]);
      await runner.release();
    },
  },
  {
    name: 'connection breaks in a transaction',
    share: 1,
    run: (source) =>
      source.transaction(async (manager) => {
        await manager.query('SELECT 1');
        const client = (await manager.queryRunner?.connect()) as { connection: { stream: { destroy(): void } } };
        client.connection.stream.destroy();
        await manager.query('SELECT 1');
      }),
    isPlanned: (error) => /Connection terminated|not queryable|released|connection error/i.test(String(error)),
  },
  {
    name: 'caller goes away while its statement runs',
    share: 5,
    run: async (source, tenant, wrong) => {
      const left = check(source.manager, tenant, wrong).catch((error: unknown) =>
        wrong.push(`${tenant.slug}: ${String(error)}`),
      );
      await Promise.race([left, delay(0)]);
    },
  },
  {
    name: 'nested in another tenant',
    share: 5,
    run: async (source, tenant, wrong, tenants) => {
      const other = tenants[(tenants.indexOf(tenant) + 1) % tenants.length] ?? tenant;
      await context.run(other, () => check(source.manager, other, wrong));
      await check(source.manager, tenant, wrong);
    },
  },
];

/** A kind by its share; the same one for an index every time, and independent of the tenant's index. */
function pick(index: number): Kind | undefined {
  let place = (Math.imul(index + 1, 0x9e3779b1) >>> 8) % kinds.reduce((sum, { share }) => sum + share, 0);
  return kinds.find(({ share }) => (place -= share) < 0);
}
