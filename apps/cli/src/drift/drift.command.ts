import { drift, type Difference, type TenantDrift } from '@tenantry/platform';
import type { Command } from 'commander';
import type { Surroundings } from '../migrate/migrate.command.js';

interface Flags {
  readonly tenant?: string[];
  readonly fix?: boolean;
  readonly json?: boolean;
}

const print = (line: string) => process.stdout.write(`${line}\n`);

/** `tenantry drift`: what differs between tenants' schemas and what their migrations made. */
export function addDriftCommand(program: Command, { logger, modules }: Surroundings): void {
  program
    .command('drift')
    .description('compare every schema with the reference schema; exits with 1 when one differs')
    .option('--tenant <slug>', 'only this tenant; may be repeated', (slug: string, all: string[] = []) => [
      ...all,
      slug,
    ])
    .option('--fix', 'mend what touches no row: privileges, defaults, indexes')
    .option('--json', 'a line of JSON for each tenant that differs and one for the whole')
    .action(async ({ tenant, fix, json }: Flags) => {
      const onTenant = (found: TenantDrift) => (json ? print(JSON.stringify(found)) : printTenant(found));
      const report = await drift({ logger, modules: await modules() }, { slugs: tenant, fix, onTenant });
      if (json) print(JSON.stringify(report));
      else {
        const { compared, drifted, behind, differences, fixed } = report;
        print(
          `${compared} tenants compared, ${drifted} differ in ${differences} things${fix ? `, ${fixed} mended` : ''}`,
        );
        if (behind > 0)
          print(`${behind} have other migrations than the reference and were not compared: tenantry migrate`);
      }
      process.exitCode = report.differences > report.fixed ? 1 : 0;
    });
}

function printTenant({ slug, schema, differences }: TenantDrift): void {
  print(`${slug} (${schema})`);
  for (const { kind, name, what, expected, found, remedy } of differences) {
    print(`  ${kind} ${name}: ${what}`);
    for (const [label, value] of Object.entries({ expected, found } satisfies Partial<Difference>))
      if (value !== undefined) print(`    ${label}: ${value.trim()}`);
    print(`    remedy: ${remedy}`);
  }
}
