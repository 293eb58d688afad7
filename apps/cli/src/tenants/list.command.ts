import type { TenantRecord } from '@tenantry/platform';
import type { Command } from 'commander';
import type { Cli } from '../console/cli.js';
import { table } from '../console/table.js';

interface Options {
  readonly status?: string;
  readonly plan?: string;
  readonly q?: string;
}

export function addTenantList(tenants: Command, cli: Cli): void {
  tenants
    .command('list')
    .description('all tenants, oldest first')
    .option('--status <status>', 'only those in this state: active, suspended, ...')
    .option('--plan <code>', 'only those with this plan')
    .option('-q <text>', 'only those with this in their slug or name')
    .action(async ({ status, plan, q }: Options) => {
      const found = await cli.reading(async (administration) => {
        const all: TenantRecord[] = [];
        for await (const tenant of administration.tenants.list({ status, plan, q })) all.push(tenant);
        return all;
      });
      cli.terminal.result(found, tableOf(found));
    });
}

function tableOf(tenants: readonly TenantRecord[]): string {
  return table(
    ['SLUG', 'NAME', 'STATUS', 'SCHEMA', 'PLAN', 'CREATED', 'ID'],
    tenants.map(({ slug, name, status, schema, plan, createdAt, id }) => [
      slug,
      name,
      status,
      schema,
      plan,
      createdAt.toISOString().slice(0, 10),
      id,
    ]),
  );
}
