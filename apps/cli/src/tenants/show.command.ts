import type { Command } from 'commander';
import type { Cli } from '../console/cli.js';
import { describeTenant } from './describe-tenant.js';

export function addTenantShow(tenants: Command, cli: Cli): void {
  tenants
    .command('show')
    .description('one tenant')
    .argument('<tenant>', 'slug or id')
    .action(async (reference: string) => {
      const tenant = await cli.reading((administration) => administration.tenants.show(reference));
      cli.terminal.result(tenant, describeTenant(tenant));
    });
}
