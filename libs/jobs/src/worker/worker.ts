import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { Settings } from '@tenantry/kernel';
import { PlatformLogin } from '@tenantry/tenancy';
import { runTaskList, type WorkerPool } from 'graphile-worker';
import pg from 'pg';
import { Chores } from './chores.js';
import { Presence } from './presence.js';
import { Rounds } from './rounds.js';
import { HandOver } from './hand-over.js';
import type { Ticket } from './job-record.js';
import { JobRunner } from './job-runner.js';
import { workerLogger } from './worker-logger.js';
import { WORKER_SCHEMA, WORKER_TASK } from './worker-schema.js';

/** Milliseconds between two looks for tickets that no notification told of. */
const POLL = 2000;

interface Running {
  readonly workers: WorkerPool;
  readonly connections: pg.Pool;
  readonly presence: Presence;
  readonly rounds: Rounds;
}

/**
 * Does the jobs: graphile-worker in this process, as the platform's login. Jobs under way when the process is killed are
 * taken up by another a few seconds later.
 */
@Injectable()
export class Worker implements OnApplicationShutdown {
  private readonly logger = new Logger('Worker');
  private running?: Running;

  constructor(
    private readonly login: PlatformLogin,
    private readonly settings: Settings,
    private readonly runner: JobRunner,
    private readonly handOver: HandOver,
    private readonly chores: Chores,
  ) {}

  /** Begins to work. May be called once. */
  async start(): Promise<void> {
    const concurrency = this.settings.get('TENANTRY_WORKER_CONCURRENCY');
    await this.handOver.start();
    const connections = openConnections(this.login.url, concurrency);
    const workers = runTaskList(
      {
        schema: WORKER_SCHEMA,
        concurrency,
        pollInterval: POLL,
        noHandleSignals: true,
        logger: workerLogger(),
        gracefulShutdownAbortTimeout: 2 ** 30, // `stop` has a limit of its own
      },
      { [WORKER_TASK]: (payload) => this.runner.run(payload as Ticket) },
      connections,
    );
    workers.promise.catch((error: unknown) => this.logger.error(`The worker ended: ${String(error)}`));
    const presence = new Presence(this.login.url, workers.id);
    const rounds = new Rounds([
      ['hand over jobs', () => this.handOver.round()],
      ['take up what dead workers left', () => presence.releaseAbsent()],
      ...this.chores.works,
    ]);
    this.running = { workers, connections, presence, rounds };
    await presence.open();
    rounds.start();
  }

  /**
   * Begins nothing more and lets jobs under way end.
   *
   * @param patience milliseconds, after which they are left to others
   */
  async stop(patience: number): Promise<void> {
    const { running } = this;
    if (!running) return;
    this.running = undefined;
    await running.rounds.stop();
    await this.handOver.stop();
    const isDrained = await Promise.race([drain(running.workers), elapsed(patience)]);
    if (!isDrained) this.logger.warn('Jobs are still under way; other processes take them up.');
    await running.presence.close();
    await Promise.race([running.connections.end(), elapsed(1000)]);
  }

  onApplicationShutdown(): Promise<void> {
    return this.stop(0);
  }
}

function openConnections(url: string, concurrency: number): pg.Pool {
  // One of them listens.
  const pool = new pg.Pool({
    connectionString: url,
    max: Math.min(concurrency, 4) + 1,
    application_name: 'tenantry worker',
  });
  // Whoever uses a connection hears of its end by the query; graphile-worker comes back by itself.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

/** Its own account of what went wrong while it ended is in the log. */
async function drain(workers: WorkerPool): Promise<true> {
  try {
    await workers.gracefulShutdown();
  } catch {
    // Tickets that could not be given back are taken up by others.
  }
  return true;
}

function elapsed(milliseconds: number): Promise<false> {
  return new Promise((resolve) => setTimeout(() => resolve(false), milliseconds).unref());
}
