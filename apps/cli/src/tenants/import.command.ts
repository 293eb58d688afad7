import type { Command } from 'commander';
import type { Cli } from '../console/cli.js';
import { describeTenant } from './describe-tenant.js';

interface Options {
  readonly slug?: string;
  readonly name?: string;
  readonly plan?: string;
  readonly replace?: string;
  readonly confirm?: string;
}

export function addTenantImport(tenants: Command, cli: Cli): void {
  tenants
    .command('import')
    .description('make a tenant of an archive, or replace the data of one; the whole archive is verified first')
    .argument('<file>', 'an archive that was exported')
    .option('--slug <slug>', "slug of the new tenant; the archive's when absent")
    .option('--name <name>', "name of the new tenant; the archive's when absent")
    .option('--plan <code>', "plan of the new tenant; the archive's when absent")
    .option('--replace <tenant>', 'the tenant whose data the archive takes the place of; cannot be undone')
    .option('--confirm <slug>', 'its slug, to confirm --replace')
    .action(async (file: string, { slug, name, plan, replace, confirm }: Options) => {
      const asked = {
        ...(slug !== undefined && { slug }),
        ...(name !== undefined && { name }),
        ...(plan !== undefined && { plan }),
        ...(replace !== undefined && { tenant: replace, replace: 'true' }),
        ...(confirm !== undefined && { confirm }),
      };
      const tenant = await cli.changing((administration) => administration.transfers.import(file, asked));
      cli.terminal.result(tenant, describeTenant(tenant));
    });
}
