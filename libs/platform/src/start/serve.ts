import type { PlatformOptions } from './create-platform.js';
import { live } from './live.js';
import type { Platform } from './platform.js';

/**
 * The whole life of a server process: starts, prints where it is reached and, the first time, the operator's
 * credentials; stops gracefully on SIGINT or SIGTERM, at once on a second one. A start that fails says why in words and
 * exits with 1.
 *
 * @since 0.1.0
 */
export function serve(options: PlatformOptions = {}): Promise<void> {
  return live(options, async (platform) => announce(await platform.listen(), platform));
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
