import { listedModules } from '@tenantry/platform';
import { Terminal } from './console/terminal.js';
import { runCommand } from './program.js';

const terminal = new Terminal(process.stdout, process.stderr);

await runCommand(process.argv.slice(2), {
  terminal,
  input: process.stdin,
  logLevel: process.env['TENANTRY_LOG_LEVEL'] ?? 'warn',
  modules: () => listedModules(process.cwd()),
});
if (terminal.exitCode !== 0) process.exitCode = terminal.exitCode;
