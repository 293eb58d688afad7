import type { Command } from 'commander';
import type { Cli } from '../console/cli.js';
import { describeTenant } from './describe-tenant.js';

interface Options {
  readonly purge?: boolean;
  readonly confirm?: string;
}

export function addTenantDelete(tenants: Command, cli: Cli): void {
  tenants
    .command('delete')
    .description('delete a tenant; its data is dropped after the grace period')
    .argument('<tenant>', 'slug or id')
    .option('--purge', 'drop its data now; cannot be undone')
    .option('--confirm <slug>', 'the slug of the tenant, to confirm --purge')
    .action(async (reference: string, { purge, confirm }: Options) => {
      const deleted = await cli.changing((administration) =>
        administration.tenants.delete(reference, purge ? { confirm } : undefined),
      );
      if (deleted) cli.terminal.result(deleted, describeTenant(deleted));
      else cli.terminal.result({ purged: reference }, `${reference} is gone: its schema, role and rows.`);
    });
}
