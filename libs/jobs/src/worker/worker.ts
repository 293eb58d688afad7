import { setTimeout as pause } from 'node:timers/promises';
import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { Settings } from '@tenantry/kernel';
import { PlatformLogin } from '@tenantry/tenancy';
import { Chores } from './chores.js';
import { HandOver } from './hand-over.js';
import { JobRunner } from './job-runner.js';
import { Shift } from './shift.js';

/** Milliseconds until another beginning, where the database does not answer. */
const RETRY = 500;

/**
 * Does the jobs: graphile-worker in this process, as the platform's login. Jobs under way when the process is killed are
 * taken up by another a few seconds later; so are those whose end could not be written down because Postgres died.
 */
@Injectable()
export class Worker implements OnApplicationShutdown {
  private readonly logger = new Logger('Worker');
  private readonly stopping = new AbortController();
  /** The last one begun, and those that still have something under way. */
  private readonly shifts = new Set<Shift>();
  private replacing: Promise<void> = Promise.resolve();

  constructor(
    private readonly login: PlatformLogin,
    private readonly settings: Settings,
    private readonly runner: JobRunner,
    private readonly handOver: HandOver,
    private readonly chores: Chores,
  ) {}

  /** Begins to work. May be called once. */
  async start(): Promise<void> {
    await this.handOver.start();
    await this.begin();
  }

  /**
   * Begins nothing more and lets jobs under way end.
   *
   * @param patience milliseconds, after which they are left to others
   */
  async stop(patience: number): Promise<void> {
    this.stopping.abort();
    await this.replacing;
    const shifts = [...this.shifts];
    this.shifts.clear();
    if (shifts.length === 0) return;
    await this.handOver.stop();
    const areDrained = await Promise.all(shifts.map((shift) => shift.end(patience)));
    if (areDrained.includes(false)) this.logger.warn('Jobs are still under way; other processes take them up.');
  }

  onApplicationShutdown(): Promise<void> {
    return this.stop(0);
  }

  private async begin(): Promise<void> {
    const shift = await Shift.begin({
      url: this.login.url,
      concurrency: this.settings.get('TENANTRY_WORKER_CONCURRENCY'),
      run: (ticket) => this.runner.run(ticket),
      works: [['hand over jobs', () => this.handOver.round()], ...this.chores.works],
      failed: (reason) => {
        this.logger.warn(`The worker ends, and another begins: ${reason}`);
        void this.leave(shift);
        this.replacing = this.replace();
      },
    });
    this.shifts.add(shift);
  }

  /** What it has under way goes on beside the next. */
  private async leave(shift: Shift): Promise<void> {
    await shift.end();
    this.shifts.delete(shift);
  }

  private async replace(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      try {
        return await this.begin();
      } catch (error) {
        this.logger.warn(`The worker cannot begin yet: ${String(error)}`);
        await pause(RETRY, undefined, { signal, ref: false }).catch(() => undefined); // stopped meanwhile
      }
    }
  }
}
