import { TenantContext, TenantDdl, type TenantClient, type Tenant } from '@tenantry/tenancy';
import pg from 'pg';
import type { DataSource } from 'typeorm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Mark, markContent } from '../support/mark.entity.js';
import { createInstallation, schemaOf, type TestInstallation } from '../support/test-installation.js';

const context = new TenantContext();
let installation: TestInstallation;
let dataSource: DataSource;
let a: Tenant;
let b: Tenant;

beforeAll(async () => {
  installation = await createInstallation(markContent);
  [a, b] = [await installation.createTenant('aaa'), await installation.createTenant('bbb')];
});

afterAll(() => installation.close());

/** The pool's sockets are opened in the context of tenant a. */
beforeEach(async () => {
  dataSource = await installation.open({ max: 3 });
  await context.run(a, () => Promise.all([1, 2, 3].map(() => dataSource.query('SELECT pg_sleep(0.01)'))));
});

const clientOf = async (tenant: Tenant) => {
  const runner = context.run(tenant, () => dataSource.createQueryRunner());
  const client = (await context.run(tenant, () => runner.connect())) as TenantClient;
  return { client, release: () => runner.release() };
};

describe('what runs in a callback of the driver', () => {
  it('is in the caller’s tenant: a listener of a stream', async () => {
    await context.run(b, () => dataSource.getRepository(Mark).insert({ tenant: 'bbb' }));
    const seen: unknown = await context.run(b, async () => {
      const stream = await dataSource.createQueryBuilder(Mark, 'mark').stream();
      return new Promise<unknown>((resolve, reject) => {
        stream.on('error', reject);
        stream.on('data', () =>
          resolve(dataSource.query(`INSERT INTO mark (tenant) VALUES ('copied') RETURNING current_user`)),
        );
      });
    });
    expect(seen).toEqual([{ current_user: schemaOf(b) }]);
    expect(await context.run(a, () => dataSource.getRepository(Mark).countBy({ tenant: 'copied' }))).toBe(0);
  });

  it('is in the caller’s tenant: the callback of a query', async () => {
    const { client, release } = await clientOf(b);
    const slug = await context.run(
      b,
      () =>
        new Promise<string | undefined>(
          (resolve) => void client.query('SELECT 1', () => resolve(context.find()?.slug)),
        ),
    );
    expect(slug).toBe('bbb');
    await release();
  });

  it('of a connection that was opened while starting is nobody’s', async () => {
    const fresh = await installation.open({ max: 1 });
    const runner = context.run(b, () => fresh.createQueryRunner());
    const client = (await context.run(b, () => runner.connect())) as TenantClient;
    const sent = await new Promise<unknown>((resolve) => {
      const { stream } = (client as unknown as { connection: { stream: NodeJS.EventEmitter } }).connection;
      stream.once('data', () => {
        const answer = client.query('SELECT current_user') as Promise<unknown>;
        resolve(answer.catch((error: { code: string }) => error.code));
      });
      void context.run(b, () => client.query('SELECT 1') as Promise<unknown>);
    });
    expect(sent).toBe('TENANT_CONTEXT_MISSING');
    await runner.release();
  });
});

describe('a query that is an object', () => {
  it.each([
    ['pg’s own Query, which may hold several statements', () => new pg.Query('SELECT 1; SELECT 2')],
    [
      'a text that hides behind another',
      () => ({ text: `SET LOCAL ROLE ${schemaOf(a)}`, cursor: { text: 'SELECT 1' } }),
    ],
    ['a text that is no text', () => ({ text: ['SELECT 1'] })],
    [
      'one that submits itself in its own way',
      () => ({ text: 'SELECT 1', submit: () => undefined, handleError: () => undefined }),
    ],
  ])('is refused: %s', async (_, query) => {
    const { client, release } = await clientOf(b);
    const refused = await context.run(
      b,
      () =>
        new Promise((resolve) => {
          const object = query() as { handleError?: unknown };
          if ('submit' in object) Object.assign(object, { handleError: resolve, callback: resolve });
          void Promise.resolve(client.query(object as never)).catch(resolve);
        }),
    );
    expect(refused).toMatchObject({ code: 'TENANT_STATEMENT_REFUSED' });
    await release();
  });
});

describe('a connection', () => {
  it('that could not enter is closed, and the next tenant gets another', async () => {
    const one = await installation.open({ max: 1 });
    const pid = async () =>
      (await context.run(b, () => one.query<{ pid: number }[]>('SELECT pg_backend_pid() AS pid')))[0]?.pid;
    await context.run(a, () => one.query('SELECT 1')); // not new to the tenant any more
    const before = await pid();
    const app = `${installation.database.settings.get('TENANTRY_INSTALLATION')}_app`;
    const ddl = new TenantDdl(app);
    await installation.prepared.owner.withClient((client) => ddl.fence(client, a.id));
    await expect(context.run(a, () => one.query('SELECT 1'))).rejects.toMatchObject({
      driverError: { code: 'TENANT_ENTRY_DENIED' },
    });
    await installation.prepared.owner.withClient((client) => ddl.admit(client, a.id));
    expect(await pid()).not.toBe(before);
    expect(await context.run(a, () => one.getRepository(Mark).count())).toBeGreaterThanOrEqual(0);
  });

  it('keeps its transaction when a parameter cannot be sent', async () => {
    const circular: Record<string, unknown> = {};
    circular['self'] = circular;
    await context.run(a, () =>
      dataSource.transaction(async (manager) => {
        await expect(manager.query('SELECT $1::jsonb', [circular])).rejects.toThrow(/circular/i);
        const [who] = await manager.query<{ role: string }[]>('SELECT current_user AS role');
        expect(who?.role).toBe(schemaOf(a));
      }),
    );
  });

  it('answers a callback once when a parameter cannot be sent', async () => {
    const circular: Record<string, unknown> = {};
    circular['self'] = circular;
    const { client, release } = await clientOf(a);
    const answers: unknown[] = [];
    await context.run(a, async () => {
      await new Promise<void>((resolve) => {
        void client.query('SELECT $1::jsonb', [circular], (error: unknown) => {
          answers.push(error);
          resolve();
        });
      });
      await client.query('SELECT 1');
    });
    expect(answers).toHaveLength(1);
    await release();
  });
});
