import { TenantContext, TenantTransaction, type Tenant } from '@tenantry/tenancy';
import type { DataSource } from 'typeorm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Mark, markContent } from '../support/mark.entity.js';
import { createInstallation, schemaOf, type TestInstallation } from '../support/test-installation.js';

const context = new TenantContext();
let installation: TestInstallation;
let dataSource: DataSource;
let transaction: TenantTransaction;
let a: Tenant;
let b: Tenant;

beforeAll(async () => {
  installation = await createInstallation(markContent);
  [a, b] = [await installation.createTenant('aaa'), await installation.createTenant('bbb')];
  dataSource = await installation.open({ max: 2 });
  transaction = new TenantTransaction(dataSource, installation.database.settings);
});

beforeEach(async () => {
  for (const tenant of [a, b]) await context.run(tenant, () => dataSource.query('DELETE FROM mark'));
});

afterAll(() => installation.close());

const marks = () => dataSource.getRepository(Mark);
const add = (tenant: string) => marks().save({ tenant });
const written = (tenant: Tenant) =>
  context.run(tenant, async () => (await marks().find({ order: { id: 'ASC' } })).map((mark) => mark.tenant));
const inA = <T>(work: () => Promise<T>) => context.run(a, () => transaction.run(work));
const backend = async () => {
  const [row] = await dataSource.query<{ pid: number; xid: string }[]>(
    'SELECT pg_backend_pid() AS pid, pg_current_xact_id()::text AS xid',
  );
  return row;
};

describe('a shared transaction', () => {
  it('holds every statement of every repository, in the tenant’s schema as its role', async () => {
    await inA(async () => {
      const first = await backend();
      await add('one');
      await dataSource.transaction((manager) => manager.save(Mark, { tenant: 'two' }));
      expect(await backend()).toEqual(first);
      expect(await dataSource.query('SELECT current_user AS role')).toEqual([{ role: schemaOf(a) }]);
      expect(await installation.database.admin(`SELECT * FROM ${schemaOf(a)}.mark`)).toEqual([]);
    });
    expect(await written(a)).toEqual(['one', 'two']);
  });

  it('is undone whole when the work rejects, nested transactions that were committed included', async () => {
    const failing = inA(async () => {
      await add('one');
      await dataSource.transaction((manager) => manager.save(Mark, { tenant: 'two' }));
      throw new Error('work');
    });
    await expect(failing).rejects.toThrow('work');
    expect(await written(a)).toEqual([]);
  });

  it('goes on after a statement that failed, which undoes itself only', async () => {
    await inA(async () => {
      await add('before');
      await expect(dataSource.query('SELECT 1/0')).rejects.toThrow(/division by zero/);
      await expect(dataSource.transaction((manager) => manager.query('SELECT 1/0'))).rejects.toThrow(/division/);
      await add('after');
    });
    expect(await written(a)).toEqual(['before', 'after']);
  });

  it('takes statements and two nested transactions at once, of which one is undone without the others', async () => {
    await inA(async () => {
      const nested = (name: string, fails: boolean) =>
        dataSource.transaction(async (manager) => {
          await manager.save(Mark, { tenant: `${name} 1` });
          await manager.query('SELECT pg_sleep(0.02)');
          await manager.save(Mark, { tenant: `${name} 2` });
          if (fails) throw new Error(name);
        });
      const results = await Promise.allSettled([
        add('x'),
        nested('kept', false),
        add('y'),
        nested('undone', true),
        add('z'),
        dataSource.query('SELECT 1/0'),
      ]);
      expect(results.map(({ status }) => status).join(' ')).toBe(
        'fulfilled fulfilled fulfilled rejected fulfilled rejected',
      );
    });
    expect((await written(a)).sort()).toEqual(['kept 1', 'kept 2', 'x', 'y', 'z']);
  });

  it('lets code inside a nested transaction use other repositories, which are undone with it', async () => {
    await inA(async () => {
      const nested = dataSource.transaction(async (manager) => {
        await manager.save(Mark, { tenant: 'nested' });
        await add('by the injected repository');
        await dataSource.transaction(async (inner) => {
          await inner.save(Mark, { tenant: 'inner' });
          await manager.save(Mark, { tenant: 'by the outer manager' });
        });
        expect(await marks().count()).toBe(4);
        throw new Error('nested');
      });
      await expect(nested).rejects.toThrow('nested');
      await add('after');
    });
    expect(await written(a)).toEqual(['after']);
  });

  it('nests in itself', async () => {
    await inA(async () => {
      await add('outer');
      const inner = transaction.run(async () => {
        await add('inner');
        throw new Error('inner');
      });
      await expect(inner).rejects.toThrow('inner');
    });
    expect(await written(a)).toEqual(['outer']);
  });

  it('takes query runners whose transactions are begun by hand, and undoes one that is left open', async () => {
    await inA(async () => {
      const kept = dataSource.createQueryRunner();
      await kept.startTransaction();
      await kept.manager.save(Mark, { tenant: 'kept' });
      await kept.commitTransaction();
      await kept.release();
      const left = dataSource.createQueryRunner();
      await left.query('BEGIN');
      await left.query(`INSERT INTO mark (tenant) VALUES ('left open')`);
      await left.release();
      await add('after');
    });
    expect(await written(a)).toEqual(['kept', 'after']);
  });

  it('streams rows', async () => {
    const seen = await inA(async () => {
      for (const name of ['one', 'two']) await add(name);
      const stream = await dataSource.createQueryBuilder(Mark, 'mark').orderBy('id').stream();
      const rows: unknown[] = [];
      for await (const row of stream) rows.push((row as { mark_tenant: string }).mark_tenant);
      await add('three');
      return rows;
    });
    expect(seen).toEqual(['one', 'two']);
    expect(await written(a)).toEqual(['one', 'two', 'three']);
  });

  it('goes on after a stream that failed', async () => {
    await inA(async () => {
      const runner = dataSource.createQueryRunner();
      const stream = await runner.stream('SELECT 1/(g - 3) FROM generate_series(1, 5) g');
      const read = async () => {
        for await (const row of stream) void row;
      };
      await expect(read()).rejects.toThrow(/division by zero/);
      await runner.release();
      await add('after');
    });
    expect(await written(a)).toEqual(['after']);
  });
});

describe('outside a shared transaction', () => {
  it('is what runs for another tenant inside it', async () => {
    const failing = inA(async () => {
      await context.run(b, () => add('of b'));
      await context.run(a, () => add('of a'));
      throw new Error('work');
    });
    await expect(failing).rejects.toThrow('work');
    expect([await written(a), await written(b)]).toEqual([[], ['of b']]);
  });

  it('is what runs for no tenant inside it, which still may not be', async () => {
    await inA(async () => {
      const left = context.runOutside(() => dataSource.query('SELECT 1'));
      await expect(left).rejects.toMatchObject({ code: 'TENANT_CONTEXT_MISSING' });
      const apart = context.runOutside(() => context.run(a, backend));
      expect((await apart)?.pid).not.toBe((await backend())?.pid);
    });
  });

  it('is its manager in another tenant’s context, and refused', async () => {
    await inA(() =>
      dataSource.transaction(async (manager) => {
        await expect(context.run(b, () => manager.query('SELECT 1'))).rejects.toThrow(/entered for another/);
      }),
    );
  });

  it('is what goes on when the work has settled: it is refused and never gets a connection', async () => {
    let goOn: () => void = () => undefined;
    const settled = new Promise<void>((resolve) => (goOn = resolve));
    const left: Promise<unknown>[] = [];
    await inA(async () => {
      left.push(settled.then(() => add('too late')));
      left.push(settled.then(() => dataSource.transaction((manager) => manager.save(Mark, { tenant: 'too late' }))));
      left.push(settled.then(() => context.run(a, () => add('too late'))));
      await add('in time');
    });
    goOn();
    for (const each of left) await expect(each).rejects.toMatchObject({ code: 'TENANT_TRANSACTION_ENDED' });
    expect(await written(a)).toEqual(['in time']);
  });

  it('is a nested transaction that nobody waited for: it is undone', async () => {
    let goOn: () => void = () => undefined;
    const settled = new Promise<void>((resolve) => (goOn = resolve));
    let tell: () => void = () => undefined;
    const begun = new Promise<void>((resolve) => (tell = resolve));
    let left: Promise<unknown> = Promise.resolve();
    await inA(async () => {
      await add('in time');
      left = dataSource.transaction(async (manager) => {
        await manager.save(Mark, { tenant: 'forgotten' });
        tell();
        await settled;
        await manager.save(Mark, { tenant: 'forgotten' });
      });
      await begun;
    });
    goOn();
    await expect(left).rejects.toMatchObject({ driverError: { code: 'TENANT_TRANSACTION_ENDED' } });
    expect(await written(a)).toEqual(['in time']);
  });
});
