import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Readiness } from '@tenantry/api';
import { Operators, type FirstOperator } from '@tenantry/auth';
import { Worker } from '@tenantry/jobs';
import type { Settings } from '@tenantry/kernel';
import type { Database } from './resolve-database.js';

/**
 * A platform that is ready to listen.
 *
 * @since 0.1.0
 */
export class Platform {
  private stopping?: Promise<void>;
  private first?: FirstOperator;

  constructor(
    /** The Nest application, for whatever a host program adds. */
    readonly app: NestFastifyApplication,
    private readonly settings: Settings,
    private readonly database: Database,
  ) {}

  /** The operator that this start made, to be shown once; undefined when there was one already. */
  get firstOperator(): FirstOperator | undefined {
    return this.first;
  }

  /**
   * Listens on `HOST` and `PORT`, and makes the first operator on an empty installation: only now, so that a start that
   * fails does not lose a password that nobody saw.
   *
   * @returns the address, such as `http://localhost:3000`
   */
  async listen(): Promise<string> {
    const host = this.settings.get('HOST');
    await this.app.listen(this.settings.get('PORT'), host);
    this.first = await this.app.get(Operators).ensureFirst();
    if (this.settings.get('TENANTRY_WORKER') === 'embedded') await this.work();
    this.app.get(Readiness).state = 'serving';
    const address = this.app.getHttpServer().address();
    const port = typeof address === 'object' && address ? address.port : this.settings.get('PORT');
    const isAny = host === '0.0.0.0' || host === '::';
    return `http://${isAny ? 'localhost' : host.includes(':') ? `[${host}]` : host}:${port}`;
  }

  /** Does what is to be done in the background, without listening; `listen` does it too, unless `TENANTRY_WORKER=off`. */
  async work(): Promise<void> {
    await this.app.get(Worker).start();
  }

  /**
   * Takes no more requests, begins no more jobs, ends what is under way (for at most `TENANTRY_DRAIN_TIMEOUT` seconds), writes what is
   * in memory and lets go of the database; an embedded one stops. May be called twice.
   */
  stop(): Promise<void> {
    this.stopping ??= this.close();
    return this.stopping;
  }

  private async close(): Promise<void> {
    this.app.get(Readiness).state = 'stopping';
    try {
      const patience = this.settings.get('TENANTRY_DRAIN_TIMEOUT') * 1000;
      await Promise.all([this.drain(patience), this.app.get(Worker).stop(patience)]);
      await this.app.close();
    } finally {
      await this.database.close();
    }
  }

  private async drain(patience: number): Promise<void> {
    const server = this.app.getHttpServer();
    if (!server.listening) return;
    const timeout = setTimeout(() => server.closeAllConnections(), patience);
    await new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeIdleConnections();
    });
    clearTimeout(timeout);
  }
}
