import { drift, type Difference, type DriftReport, type TenantDrift } from '@tenantry/platform';
import type { Command } from 'commander';
import type { Cli } from '../console/cli.js';
import { ExitCode } from '../console/exit-code.js';
import { printable } from '../console/printable.js';

interface Flags {
  readonly tenant?: string[];
  readonly fix?: boolean;
}

/** `tenantry drift`: what differs between tenants' schemas and what their migrations made. */
export function addDriftCommand(program: Command, cli: Cli): void {
  program
    .command('drift')
    .description('compare every schema with the reference schema; exits with 3 when one differs')
    .option('--tenant <slug>', 'only this tenant; may be repeated', (slug: string, all: string[] = []) => [
      ...all,
      slug,
    ])
    .option('--fix', 'mend what touches no row: privileges, defaults, indexes')
    .addHelpText('after', '\nWith --json: a line for each tenant that differs and one for the whole.')
    .action(async ({ tenant, fix }: Flags) => {
      const { terminal } = cli;
      const print = (line: string) => void terminal.out.write(`${line}\n`);
      const onTenant = (found: TenantDrift) => print(terminal.isJson ? JSON.stringify(found) : describeTenant(found));
      const report = await drift(await cli.options(), { slugs: tenant, fix, onTenant });
      print(terminal.isJson ? JSON.stringify(report) : describeFleet(report, fix));
      terminal.exitCode = report.differences > report.fixed ? ExitCode.findings : ExitCode.ok;
    });
}

function describeFleet({ compared, drifted, behind, differences, fixed }: DriftReport, fix = false): string {
  const mended = fix ? `, ${fixed} mended` : '';
  const left = `\n${behind} have other migrations than the reference and were not compared: tenantry migrate`;
  return `${compared} tenants compared, ${drifted} differ in ${differences} things${mended}${behind > 0 ? left : ''}`;
}

function describeTenant({ slug, schema, differences }: TenantDrift): string {
  return [`${slug} (${schema})`, ...differences.flatMap(describe)].join('\n');
}

function describe({ kind, name, what, expected, found, remedy }: Difference): string[] {
  const values = Object.entries({ expected, found }).flatMap(([label, value]) =>
    value === undefined ? [] : [`    ${label}: ${printable(value.trim(), 'lines')}`],
  );
  return [`  ${kind} ${printable(name)}: ${what}`, ...values, `    remedy: ${printable(remedy, 'lines')}`];
}
