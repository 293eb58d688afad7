import type { Tenant } from '@tenantry/tenancy';
import { TenantContext } from '@tenantry/tenancy';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Mark, markContent } from '../support/mark.entity.js';
import { createInstallation, type TestInstallation } from '../support/test-installation.js';
import { hammer } from './hammer.js';

const REQUESTS = 10_000;
const WORKERS = 30;
const context = new TenantContext();
let installation: TestInstallation;
const tenants: Tenant[] = [];

beforeAll(async () => {
  installation = await createInstallation(markContent);
  for (let index = 0; index < 20; index += 1) tenants.push(await installation.createTenant(`tenant-${index}`));
});

afterAll(() => installation.close());

async function hammerWith(preparedEntering: boolean): Promise<void> {
  const dataSource = await installation.open({ max: 2, preparedEntering });
  const result = await hammer({ dataSource, tenants, workers: WORKERS, requests: REQUESTS });
  expect(result.wrong).toEqual([]);
  expect(result.surprises).toEqual([]);
  expect(result.requests).toBeGreaterThanOrEqual(REQUESTS);
  expect(Object.keys(result.planned).sort()).toEqual([
    'connection breaks in a transaction',
    'handler throws in a transaction',
    'statement fails in a transaction',
    'work throws in a shared transaction',
  ]);
  for (const tenant of tenants) {
    const marks = await context.run(tenant, () => dataSource.getRepository(Mark).find());
    expect(new Set(marks.map((mark) => mark.tenant))).toEqual(new Set([tenant.slug]));
  }
  // Every connection came back: as many callers as there are connections are served at once.
  const atOnce = tenants
    .slice(0, 2)
    .map((tenant) => context.run(tenant, () => dataSource.transaction((m) => m.query('SELECT 1'))));
  await Promise.all(atOnce);
}

describe('30 workers over 20 tenants and 2 connections, with failures everywhere', () => {
  it('see no row of another tenant and lose no connection', () => hammerWith(true));

  it('nor with the entering statement unnamed', () => hammerWith(false));
});
