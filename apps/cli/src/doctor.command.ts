import { examine, type Finding } from '@tenantry/platform';
import type { Command } from 'commander';
import type { Cli } from './console/cli.js';
import { ExitCode } from './console/exit-code.js';
import { printable } from './console/printable.js';

export function addDoctorCommand(program: Command, cli: Cli): void {
  program
    .command('doctor')
    .description('look for what is wrong and say how to mend it; exits with 3 when there are errors')
    .action(async () => {
      const findings = await examine(await cli.options());
      const errors = findings.filter(({ severity }) => severity === 'error').length;
      const warnings = findings.filter(({ severity }) => severity === 'warning').length;
      cli.terminal.result({ findings, errors, warnings }, describe(findings, errors, warnings));
      cli.terminal.exitCode = errors > 0 ? ExitCode.findings : ExitCode.ok;
    });
}

function describe(findings: readonly Finding[], errors: number, warnings: number): string {
  const lines = findings.flatMap(({ check, severity, detail, remedy }) => [
    `${severity.padEnd(7)}  ${check}${detail ? `: ${detail}` : ''}`,
    ...(remedy ? [`         -> ${remedy}`] : []),
  ]);
  return [...lines.map((line) => printable(line, 'lines')), '', `${errors} errors, ${warnings} warnings`].join('\n');
}
