import type { Command } from 'commander';
import type { Cli } from '../console/cli.js';
import { describeTenant } from './describe-tenant.js';

export function addTenantResume(tenants: Command, cli: Cli): void {
  tenants
    .command('resume')
    .description('end a suspension, or bring a deleted tenant back within its grace period')
    .argument('<tenant>', 'slug or id')
    .action(async (reference: string) => {
      const tenant = await cli.changing((administration) => administration.tenants.resume(reference));
      cli.terminal.result(tenant, describeTenant(tenant));
    });
}
