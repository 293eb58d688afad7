import type { Command } from 'commander';
import { askSecret } from '../console/ask.js';
import type { Cli } from '../console/cli.js';
import { describeTenant } from './describe-tenant.js';

interface Options {
  readonly name?: string;
  readonly ownerEmail: string;
  readonly ownerName?: string;
  readonly ownerPassword?: boolean;
  readonly plan?: string;
  readonly apiVersion?: string;
}

export function addTenantCreate(tenants: Command, cli: Cli): void {
  tenants
    .command('create')
    .description('make a tenant; without a password for its owner it prints an invitation')
    .argument('<slug>', '3 to 63 of a-z, 0-9 and "-"')
    .requiredOption('--owner-email <address>', 'address of its first user')
    .option('--name <name>', 'what it is called; the slug when absent')
    .option('--owner-name <name>', 'name of its first user')
    .option('--owner-password', "ask for the owner's password, or read it from standard input")
    .option('--plan <code>', 'plan; free when absent')
    .option('--api-version <date>', 'version of the API that it is pinned to; the newest when absent')
    .action(async (slug: string, options: Options) => {
      const password = options.ownerPassword ? await askSecret(cli, 'Password of the owner') : undefined;
      const { ownerEmail: email, ownerName, name = slug, plan, apiVersion } = options;
      const owner = { email, ...(ownerName && { name: ownerName }), ...(password !== undefined && { password }) };
      const request = { slug, name, owner, ...(plan && { plan }), ...(apiVersion && { apiVersion }) };
      const tenant = await cli.changing((administration) => administration.tenants.create(request));
      cli.terminal.result(tenant, describeTenant(tenant));
    });
}
