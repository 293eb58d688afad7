import type { PlatformOptions } from './create-platform.js';
import { live } from './live.js';

/**
 * The whole life of a process that does what is to be done in the background and answers no requests. It stops as a server
 * does.
 *
 * @since 0.1.0
 */
export function work(options: PlatformOptions = {}): Promise<void> {
  return live(options, async (platform) => {
    await platform.work();
    process.stdout.write('\nWorking in the background.\n\n');
  });
}
