import type { Command } from 'commander';
import type { Cli } from '../console/cli.js';
import { describeTenant } from './describe-tenant.js';

export function addTenantSuspend(tenants: Command, cli: Cli): void {
  tenants
    .command('suspend')
    .description('refuse every request of a tenant, at once and in every process')
    .argument('<tenant>', 'slug or id')
    .action(async (reference: string) => {
      const tenant = await cli.changing((administration) => administration.tenants.suspend(reference));
      cli.terminal.result(tenant, describeTenant(tenant));
    });
}
