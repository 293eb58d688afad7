import { Logger as NestLogger } from '@nestjs/common';
import { Logger, type LogLevel } from 'graphile-worker';

/** What graphile-worker has to say goes to the platform's log. Its news of every job are for debugging only. */
export function workerLogger(): Logger {
  const nest = new NestLogger('Worker');
  return new Logger(() => (level: LogLevel, message: string) => {
    if (String(level) === 'error') nest.error(message);
    else if (String(level) === 'warning') nest.warn(message);
    else nest.debug(message);
  });
}
