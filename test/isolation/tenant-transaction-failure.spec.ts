import { TenantContext, TenantTransaction, type Tenant } from '@tenantry/tenancy';
import type { DataSource } from 'typeorm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Mark, markContent } from '../support/mark.entity.js';
import { createInstallation, type TestInstallation } from '../support/test-installation.js';

const context = new TenantContext();
let installation: TestInstallation;
let dataSource: DataSource;
let transaction: TenantTransaction;
let a: Tenant;

beforeAll(async () => {
  installation = await createInstallation(markContent);
  a = await installation.createTenant('aaa');
  await installation.createTenant('bbb');
  dataSource = await installation.open({ max: 2 });
  transaction = transactionOf(dataSource);
});

beforeEach(async () => {
  await context.run(a, () => dataSource.query('DELETE FROM mark'));
});

afterAll(() => installation.close());

const transactionOf = (source: DataSource, patience = 30_000) =>
  new TenantTransaction(source, installation.database.settings.with({ TENANTRY_STATEMENT_TIMEOUT: patience }));
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

describe('a shared transaction that fails', () => {
  it('with its connection is undone, and the pool goes on', async () => {
    const killed = inA(async () => {
      await add('lost');
      const pid = (await backend())?.pid;
      await installation.database.admin('SELECT pg_terminate_backend($1)', [pid]);
      await add('never');
    });
    await expect(killed).rejects.toThrow(/terminat|connection/i);
    expect(await written(a)).toEqual([]);
    await inA(() => add('next'));
    expect(await written(a)).toEqual(['next']);
  });

  it('between the work and the commit is an error, never an answer', async () => {
    const killed = inA(async () => {
      await add('lost');
      await installation.database.admin('SELECT pg_terminate_backend($1)', [(await backend())?.pid]);
      return 'done';
    });
    await expect(killed).rejects.toThrow(/terminat|connection/i);
    expect(await written(a)).toEqual([]);
  });

  it('gives up a statement that waits for itself', async () => {
    const impatient = transactionOf(dataSource, 100);
    const stuck = context.run(a, () =>
      impatient.run(async () => {
        const runner = dataSource.createQueryRunner();
        await runner.startTransaction();
        try {
          await add('waits for the runner');
        } finally {
          await runner.release();
        }
      }),
    );
    await expect(stuck).rejects.toMatchObject({ driverError: { code: 'TENANT_TRANSACTION_BUSY' } });
    expect(await written(a)).toEqual([]);
  });

  it('is not held open by a cursor that nobody reads', async () => {
    const impatient = transactionOf(dataSource, 100);
    const stuck = context.run(a, () =>
      impatient.run(() => dataSource.createQueryRunner().stream('SELECT g FROM generate_series(1, 100000) g')),
    );
    await expect(stuck).rejects.toMatchObject({ code: 'TENANT_TRANSACTION_BUSY' });
    expect(await Promise.all([1, 2, 3].map(() => inA(() => marks().count())))).toEqual([0, 0, 0]);
  });
});

describe('its isolation', () => {
  it('is not weakened for a nested transaction that asks for more', async () => {
    await inA(async () => {
      await expect(dataSource.transaction('SERIALIZABLE', () => add('x'))).rejects.toMatchObject({
        driverError: { code: 'TENANT_TRANSACTION_ISOLATION' },
      });
      await dataSource.transaction('READ COMMITTED', () => add('y'));
    });
    expect(await written(a)).toEqual(['y']);
  });

  it('lets one of two that read and write the same fail', async () => {
    let readers = 0;
    let go: () => void = () => undefined;
    const allHaveRead = new Promise<void>((resolve) => (go = resolve));
    const readThenWrite = async () => {
      const count = await marks().count();
      readers += 1;
      if (readers === 2) go();
      await allHaveRead;
      await add(String(count));
    };
    const both = [1, 2].map(() => context.run(a, () => transaction.run(readThenWrite, { isolation: 'SERIALIZABLE' })));
    const results = await Promise.allSettled(both);
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(JSON.stringify(results.find(({ status }) => status === 'rejected'))).toContain('40001');
    expect(await written(a)).toEqual(['0']);
  });
});
