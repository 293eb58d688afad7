import { Logger } from '@nestjs/common';
import { createPlatform, type PlatformOptions } from './create-platform.js';
import type { Platform } from './platform.js';

/**
 * The whole life of a process: starts, begins, stops gracefully on SIGINT or SIGTERM, at once on a second one. A start that
 * fails says why in words and exits with 1.
 */
export async function live(options: PlatformOptions, begin: (platform: Platform) => Promise<void>): Promise<void> {
  let platform: Platform | undefined;
  let isServing = false;
  let isStopping = false;
  const stop = (signal: NodeJS.Signals): void => {
    if (isStopping) process.exit(130);
    isStopping = true;
    process.stdout.write(`\n${signal}: answering what came in, then stopping. Once more stops at once.\n`);
    if (platform && isServing) void end(platform); // a start under way is let finish first
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  try {
    platform = await createPlatform(options);
    if (!isStopping) await begin(platform);
    isServing = true;
    process.on('unhandledRejection', survive);
    if (isStopping) await end(platform);
  } catch (error) {
    process.stderr.write(`\nTenantry could not start.\n${explain(error)}\n`);
    await platform?.stop();
    process.exit(1);
  }
}

/** A promise that a module forgot must not end the server for every tenant. */
function survive(reason: unknown): void {
  new Logger('Errors').error('A promise was rejected and nobody waited for it.', explain(reason));
}

async function end(platform: Platform): Promise<void> {
  try {
    await platform.stop();
    process.stdout.write('Stopped.\n');
    process.exit(0);
  } catch (error) {
    process.stderr.write(`Stopped, not cleanly: ${explain(error)}\n`);
    process.exit(1);
  }
}

/** A fault that has a name of its own is told in its words; anything else with its stack. */
function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if ('code' in error && error.code === 'EADDRINUSE')
    return `${error.message}. Another program listens there: set PORT.`;
  if ('code' in error && ['ECONNREFUSED', 'ENOTFOUND', 'ETIMEDOUT', 'EACCES'].includes(String(error.code)))
    return error.message;
  const isTold = !['Error', 'TypeError', 'ReferenceError', 'QueryFailedError'].includes(error.name);
  return isTold ? error.message : (error.stack ?? error.message);
}
