import { Command, CommanderError } from 'commander';
import { addBuildCommand } from './build.command.js';
import { addCompletionCommand } from './completion.command.js';
import { Cli, type Surroundings } from './console/cli.js';
import { ExitCode } from './console/exit-code.js';
import { addContractCommands } from './contract/contract.command.js';
import { addDoctorCommand } from './doctor.command.js';
import { addDriftCommand } from './drift/drift.command.js';
import { addJobCommands } from './jobs/jobs.command.js';
import { addMigrateCommands } from './migrate/migrate.command.js';
import { addOperatorCommands } from './operators.command.js';
import { addRoleCommands } from './roles.command.js';
import { addStartCommand } from './start.command.js';
import { addWorkerCommand } from './worker.command.js';
import { addTenantCommands } from './tenants/tenants.command.js';

/** The command with all its commands. */
export function makeProgram(cli: Cli): Command {
  const { terminal } = cli;
  const program = new Command('tenantry')
    .description('Runs and looks after a Tenantry installation.')
    .option('--json', 'give the result as JSON', () => (terminal.isJson = true))
    .configureOutput({ writeOut: (text) => terminal.out.write(text), writeErr: (text) => terminal.err.write(text) })
    .exitOverride();
  addStartCommand(program, cli);
  addWorkerCommand(program, cli);
  addMigrateCommands(program, cli);
  addDriftCommand(program, cli);
  addTenantCommands(program, cli);
  addJobCommands(program, cli);
  addOperatorCommands(program, cli);
  addRoleCommands(program, cli);
  addContractCommands(program, cli);
  addDoctorCommand(program, cli);
  addCompletionCommand(program, cli);
  addBuildCommand(program);
  return program;
}

/** Runs one command line, without the names of Node and of the program. What came of it is with the terminal. */
export async function runCommand(args: readonly string[], surroundings: Surroundings): Promise<void> {
  const { terminal } = surroundings;
  try {
    await makeProgram(new Cli(surroundings)).parseAsync(args, { from: 'user' });
  } catch (error) {
    // Commander has said what is wrong with the command line.
    if (error instanceof CommanderError) terminal.exitCode = error.exitCode === 0 ? ExitCode.ok : ExitCode.usage;
    else terminal.fail(error);
  }
}
