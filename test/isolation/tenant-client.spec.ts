import { TenantContext, type Tenant } from '@tenantry/tenancy';
import type { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Mark, markContent } from '../support/mark.entity.js';
import { createInstallation, schemaOf, tenantOf, type TestInstallation } from '../support/test-installation.js';

const context = new TenantContext();
let installation: TestInstallation;
let dataSource: DataSource;
let a: Tenant;
let b: Tenant;

const whoAmI = async (source: { query<T>(sql: string): Promise<T> } = dataSource) => {
  const rows = await source.query<{ role: string; path: string }[]>(
    `SELECT current_user AS role, current_setting('search_path') AS path`,
  );
  return rows[0];
};
const add = (tenant: Tenant) => context.run(tenant, () => dataSource.getRepository(Mark).save({ tenant: tenant.slug }));

beforeAll(async () => {
  installation = await createInstallation(markContent);
  [a, b] = [await installation.createTenant('aaa'), await installation.createTenant('bbb')];
  dataSource = await installation.open({ max: 1 });
  await add(a);
  await add(b);
});

afterAll(() => installation.close());

describe('a statement', () => {
  it('runs in the tenant’s schema, as the tenant’s role', async () => {
    expect(await context.run(a, () => whoAmI())).toEqual({
      role: schemaOf(a),
      path: `${schemaOf(a)}, extensions, pg_temp`,
    });
  });

  it('is not sent without a tenant', async () => {
    await expect(dataSource.query('SELECT 1')).rejects.toMatchObject({ code: 'TENANT_CONTEXT_MISSING' });
    await expect(dataSource.getRepository(Mark).find()).rejects.toMatchObject({ code: 'TENANT_CONTEXT_MISSING' });
  });

  it('leaves nothing on the connection that the next tenant gets', async () => {
    for (const tenant of [a, b, a]) {
      const marks = await context.run(tenant, () => dataSource.getRepository(Mark).find());
      expect(marks.map((mark) => mark.tenant)).toEqual([tenant.slug]);
    }
  });

  it('that fails leaves the connection usable for another tenant', async () => {
    await expect(context.run(a, () => dataSource.query('SELECT 1/0'))).rejects.toThrow(/division by zero/);
    await expect(context.run(a, () => dataSource.query('SELECT * FROM missing'))).rejects.toThrow(/does not exist/);
    await expect(context.run(a, () => dataSource.query('SELEC'))).rejects.toThrow(/not allowed inside a tenant/);
    expect(await context.run(b, () => dataSource.getRepository(Mark).count())).toBe(1);
  });

  it('cannot hold a second one', async () => {
    await expect(context.run(a, () => dataSource.query('SELECT 1; SELECT 2'))).rejects.toThrow(
      /cannot insert multiple commands/,
    );
  });

  it('finds no table of its name anywhere else when the tenant’s own is missing', async () => {
    await installation.database.admin('CREATE TABLE public.decoy (x int); GRANT SELECT ON public.decoy TO PUBLIC');
    await expect(context.run(a, () => dataSource.query('SELECT * FROM decoy'))).rejects.toMatchObject({
      driverError: { code: '42P01' },
    });
  });

  it('of a tenant whose role is gone is refused, and says so without naming the role', async () => {
    const nobody = tenantOf('nobody');
    await expect(context.run(nobody, () => dataSource.query('SELECT 1'))).rejects.toMatchObject({
      code: 'TENANT_ENTRY_DENIED',
      message: expect.not.stringContaining('t_') as string,
    });
    expect(await context.run(b, () => dataSource.getRepository(Mark).count())).toBe(1);
  });

  it('streams rows of its own tenant through a cursor', async () => {
    const seen = await context.run(a, async () => {
      const stream = await dataSource.createQueryBuilder(Mark, 'mark').stream();
      const rows: unknown[] = [];
      for await (const row of stream) rows.push(row);
      return rows;
    });
    expect(seen).toEqual([expect.objectContaining({ mark_tenant: 'aaa' })]);
    expect(await context.run(b, () => whoAmI())).toMatchObject({ role: schemaOf(b) });
  });

  it('is prepared anew each time, so that a changed table does not break a cached plan', async () => {
    const read = () => context.run(a, () => dataSource.query('SELECT * FROM mark'));
    await read();
    await installation.database.admin(`ALTER TABLE ${schemaOf(a)}.mark ADD COLUMN note text`);
    expect(await read()).toEqual([expect.objectContaining({ note: null })]);
    await installation.database.admin(`ALTER TABLE ${schemaOf(a)}.mark DROP COLUMN note`);
  });
});

describe('a transaction', () => {
  it('stays in its tenant until it ends', async () => {
    await context.run(a, () =>
      dataSource.transaction(async (manager) => {
        expect(await whoAmI(manager)).toMatchObject({ role: schemaOf(a) });
        await manager.save(Mark, { tenant: 'aaa' });
        await manager.query('SAVEPOINT s');
        await expect(manager.query('SELECT 1/0')).rejects.toThrow();
        await manager.query('ROLLBACK TO SAVEPOINT s');
        expect(await whoAmI(manager)).toMatchObject({ role: schemaOf(a) });
      }),
    );
    expect(await context.run(a, () => dataSource.getRepository(Mark).count())).toBe(2);
  });

  it('can have an isolation level', async () => {
    const level: unknown = await context.run(a, () =>
      dataSource.transaction('SERIALIZABLE', (manager) =>
        manager.query(`SELECT current_setting('transaction_isolation') AS level, current_user AS role`),
      ),
    );
    expect(level).toEqual([{ level: 'serializable', role: schemaOf(a) }]);
  });

  it('whose handler throws is undone, and the next tenant on the same connection is itself', async () => {
    const failing = context.run(a, () =>
      dataSource.transaction(async (manager) => {
        await manager.save(Mark, { tenant: 'lost' });
        throw new Error('handler');
      }),
    );
    await expect(failing).rejects.toThrow('handler');
    expect(await context.run(b, () => whoAmI())).toMatchObject({ role: schemaOf(b) });
    expect(await context.run(a, () => dataSource.getRepository(Mark).countBy({ tenant: 'lost' }))).toBe(0);
  });

  it('refuses a statement of another tenant', async () => {
    await context.run(a, () =>
      dataSource.transaction(async (manager) => {
        await manager.query('SELECT 1');
        await expect(context.run(b, () => manager.query('SELECT 1'))).rejects.toMatchObject({
          driverError: { code: 'TENANT_CONTEXT_CHANGED' },
        });
        await expect(context.runOutside(() => manager.query('SELECT 1'))).rejects.toThrow(/outside any tenant/);
      }),
    );
  });

  it('that only began is entered by no other tenant either', async () => {
    const runner = context.run(a, () => dataSource.createQueryRunner());
    await context.run(a, () => runner.startTransaction());
    await expect(context.run(b, () => runner.query('SELECT 1'))).rejects.toThrow(/entered for another/);
    await context.run(a, () => runner.rollbackTransaction());
    await runner.release();
  });

  it('left open at release closes the connection', async () => {
    const pid = async (tenant: Tenant) =>
      (await context.run(tenant, () => dataSource.query<{ pid: number }[]>('SELECT pg_backend_pid() AS pid')))[0]?.pid;
    const before = await pid(a);
    const runner = context.run(a, () => dataSource.createQueryRunner());
    await context.run(a, () => runner.query('BEGIN'));
    await context.run(a, () => runner.query(`INSERT INTO mark (tenant) VALUES ('leaked')`));
    await runner.release();
    expect(await pid(b)).not.toBe(before);
    expect(await context.run(a, () => dataSource.getRepository(Mark).countBy({ tenant: 'leaked' }))).toBe(0);
  });

  it('that is aborted at release closes the connection too', async () => {
    const runner = context.run(a, () => dataSource.createQueryRunner());
    await context.run(a, () => runner.query('BEGIN'));
    await expect(context.run(a, () => runner.query('SELECT 1/0'))).rejects.toThrow();
    await runner.release();
    expect(await context.run(b, () => whoAmI())).toMatchObject({ role: schemaOf(b) });
  });

  it('nested inside run of another tenant uses a connection of its own', async () => {
    const two = await installation.open({ max: 2 });
    await context.run(a, () =>
      two.transaction(async (outer) => {
        await outer.query('SELECT 1');
        await context.run(b, () =>
          two.transaction(async (inner) => expect(await whoAmI(inner)).toMatchObject({ role: schemaOf(b) })),
        );
        expect(await whoAmI(outer)).toMatchObject({ role: schemaOf(a) });
      }),
    );
  });
});

describe('a connection', () => {
  it('is closed after it has served its number of tenants', async () => {
    const recycling = await installation.open({ max: 1, tenantsPerConnection: 1 });
    const pids = new Set<number>();
    for (const tenant of [a, b, a, b]) {
      const rows = await context.run(tenant, () =>
        recycling.query<{ pid: number }[]>('SELECT pg_backend_pid() AS pid'),
      );
      pids.add(rows[0]?.pid ?? 0);
    }
    expect(pids.size).toBe(2);
  });

  it('serves waiting callers of several tenants each in their own', async () => {
    const seen = await Promise.all(
      Array.from({ length: 60 }, (_, index) => {
        const tenant = index % 2 ? a : b;
        return context.run(tenant, async () => [schemaOf(tenant), (await whoAmI())?.role]);
      }),
    );
    for (const [expected, role] of seen) expect(role).toBe(expected);
  });
});
