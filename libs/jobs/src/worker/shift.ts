import { EventEmitter } from 'node:events';
import { runTaskList, type WorkerEvents, type WorkerPool } from 'graphile-worker';
import pg from 'pg';
import type { Ticket } from './job-record.js';
import { Presence } from './presence.js';
import { Rounds, type Work } from './rounds.js';
import { workerLogger } from './worker-logger.js';
import { WORKER_SCHEMA, WORKER_TASK } from './worker-schema.js';

/** Milliseconds between two looks for tickets that no notification told of. */
const POLL = 2000;

/** What there is to do. */
export interface ShiftDuties {
  readonly url: string;
  readonly concurrency: number;
  /** Done by the clock, besides tickets. */
  readonly works: readonly Work[];
  /** Told when it ends without having been asked to: it takes nothing more, and ends what is under way. */
  readonly failed: (reason: string) => void;
  readonly run: (ticket: Ticket) => Promise<void>;
}

/**
 * graphile-worker at work, from its beginning to its end. It ends by itself where the record of a ticket cannot be
 * written, as when Postgres dies at that moment; that ticket is then free for others, because nobody shows its lock.
 */
export class Shift {
  private isEnding = false;
  private failure?: string;

  private constructor(
    private readonly workers: WorkerPool,
    private readonly connections: pg.Pool,
    private readonly presence: Presence,
    private readonly rounds: Rounds,
  ) {
    workers.promise.catch(() => undefined); // told by the event
  }

  /** @throws when the database does not answer */
  static async begin(duties: ShiftDuties): Promise<Shift> {
    const connections = openConnections(duties);
    const events: WorkerEvents = new EventEmitter();
    const workers = beginWork(duties, connections, events);
    const presence = new Presence(duties.url, workers.id);
    const rounds = new Rounds([...duties.works, ['take up what dead workers left', () => presence.releaseAbsent()]]);
    const shift = new Shift(workers, connections, presence, rounds);
    let isBegun = false;
    events.once('pool:gracefulShutdown', ({ message }) => {
      if (shift.isEnding) return;
      shift.failure = message;
      if (isBegun) duties.failed(message);
    });
    try {
      await presence.open();
      if (shift.failure !== undefined) throw new Error(shift.failure);
    } catch (error) {
      await shift.end(0);
      throw error;
    }
    isBegun = true;
    rounds.start();
    return shift;
  }

  /**
   * Begins nothing more and lets jobs under way end.
   *
   * @param patience milliseconds, after which they are left to others; without a limit when absent
   * @returns whether all had ended
   */
  async end(patience?: number): Promise<boolean> {
    this.isEnding = true;
    await this.rounds.stop();
    const drained = this.drain();
    const isDrained = await (patience === undefined ? drained : Promise.race([drained, elapsed(patience)]));
    await this.presence.close();
    if (!this.connections.ending) await Promise.race([this.connections.end(), elapsed(1000)]);
    return isDrained;
  }

  /** Its own account of what went wrong while it ended is in the log. */
  private async drain(): Promise<true> {
    try {
      await (this.failure === undefined ? this.workers.gracefulShutdown() : this.workers.promise);
    } catch {
      // Tickets that could not be given back are taken up by others.
    }
    return true;
  }
}

function beginWork({ concurrency, run }: ShiftDuties, connections: pg.Pool, events: WorkerEvents): WorkerPool {
  return runTaskList(
    {
      schema: WORKER_SCHEMA,
      concurrency,
      pollInterval: POLL,
      noHandleSignals: true,
      logger: workerLogger(),
      events,
      preset: {
        worker: {
          gracefulShutdownAbortTimeout: 2 ** 30, // `end` has a limit of its own
          // Without a batch it waits for no answer: one that fails would be a rejection that nobody handles.
          completeJobBatchDelay: 0,
          failJobBatchDelay: 0,
        },
      },
    },
    { [WORKER_TASK]: (payload) => run(payload as Ticket) },
    connections,
  );
}

function openConnections({ url, concurrency }: ShiftDuties): pg.Pool {
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

function elapsed(milliseconds: number): Promise<false> {
  return new Promise((resolve) => setTimeout(() => resolve(false), milliseconds).unref());
}
