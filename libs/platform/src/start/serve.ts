import { Logger } from '@nestjs/common';
import { createPlatform, type PlatformOptions } from './create-platform.js';
import type { Platform } from './platform.js';

/**
 * The whole life of a server process: starts, prints where it is reached and, the first time, the operator's
 * credentials; stops gracefully on SIGINT or SIGTERM, at once on a second one. A start that fails says why in words and
 * exits with 1.
 *
 * @since 0.1.0
 */
export async function serve(options: PlatformOptions = {}): Promise<void> {
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
    const url = isStopping ? undefined : await platform.listen();
    if (url) announce(url, platform);
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

function announce(url: string, { firstOperator }: Platform): void {
  const lines = [`Listening on ${url}`, `  API documentation   ${url}/docs`];
  if (firstOperator) {
    lines.push(`  First operator      ${firstOperator.email}`);
    if (firstOperator.password)
      lines.push(`  Password            ${firstOperator.password}   (shown this once: keep it)`);
  }
  process.stdout.write(`\n${lines.join('\n')}\n\n`);
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
