import type { Command } from 'commander';

/** For the list of commands only: bin/tenantry.mjs hands it to bin/build.mjs, because it compiles this program too. */
export function addBuildCommand(program: Command): void {
  program
    .command('build')
    .description('compile TypeScript projects with the OpenAPI plugin (tsc -b)')
    .argument('[project...]', 'folder or tsconfig')
    .option('--watch', 'compile again at every change')
    .option('--clean', 'remove what was compiled');
}
