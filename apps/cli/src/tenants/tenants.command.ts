import type { Command } from 'commander';
import type { Cli } from '../console/cli.js';
import { addTenantClone } from './clone.command.js';
import { addTenantExport } from './export.command.js';
import { addTenantImport } from './import.command.js';
import { addTenantCreate } from './create.command.js';
import { addTenantDelete } from './delete.command.js';
import { addTenantList } from './list.command.js';
import { addTenantResume } from './resume.command.js';
import { addTenantShow } from './show.command.js';
import { addTenantSuspend } from './suspend.command.js';

/** `tenantry tenants ...`: one file for each. */
export function addTenantCommands(program: Command, cli: Cli): void {
  const tenants = program.command('tenants').description('about the tenants of the installation');
  addTenantList(tenants, cli);
  addTenantCreate(tenants, cli);
  addTenantShow(tenants, cli);
  addTenantSuspend(tenants, cli);
  addTenantResume(tenants, cli);
  addTenantClone(tenants, cli);
  addTenantExport(tenants, cli);
  addTenantImport(tenants, cli);
  addTenantDelete(tenants, cli);
}
