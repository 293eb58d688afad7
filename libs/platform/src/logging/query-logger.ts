import { Logger as NestLogger } from '@nestjs/common';
import type { Logger } from 'typeorm';

/** TypeORM's messages in the platform's log: slow statements without their values, and nothing of ordinary ones. */
export class QueryLogger implements Logger {
  private readonly logger = new NestLogger('Database');

  logQuery(): void {
    // Statements are not logged: they are many, and their values are tenants' data.
  }

  logQueryError(): void {
    // The error itself reaches the problem filter, which logs it once.
  }

  logQuerySlow(time: number, query: string): void {
    this.logger.warn(`A statement took ${time} ms: ${query.slice(0, 500)}`);
  }

  logSchemaBuild(message: string): void {
    this.logger.debug(message);
  }

  logMigration(message: string): void {
    this.logger.debug(message);
  }

  log(level: 'log' | 'info' | 'warn', message: unknown): void {
    if (level === 'warn') this.logger.warn(message);
    else this.logger.debug(message);
  }
}
