import type { Command } from 'commander';
import type { Cli } from '../console/cli.js';
import { describeTenant } from './describe-tenant.js';

interface Options {
  readonly name?: string;
  readonly data?: boolean;
  readonly ownerEmail?: string;
}

export function addTenantClone(tenants: Command, cli: Cli): void {
  tenants
    .command('clone')
    .description('make a tenant like another; without --data it begins as a new one does')
    .argument('<tenant>', 'slug or id of the other')
    .argument('<slug>', 'slug of the new one')
    .option('--name <name>', 'what it is called; the slug when absent')
    .option('--data', 'with the rows of the other, its users among them')
    .option('--owner-email <address>', 'address of its first user; needed without --data')
    .action(async (reference: string, slug: string, { name = slug, data = false, ownerEmail }: Options) => {
      const owner = ownerEmail === undefined ? undefined : { email: ownerEmail };
      const request = { slug, name, data, ...(owner && { owner }) };
      const tenant = await cli.changing((administration) => administration.transfers.clone(reference, request));
      cli.terminal.result(tenant, describeTenant(tenant));
    });
}
