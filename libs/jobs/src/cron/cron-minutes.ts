import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { Clock } from '@tenantry/kernel';
import { PLATFORM } from '@tenantry/tenancy';
import { parseCronItem } from 'graphile-worker';
import { DataSource } from 'typeorm';
import { HandlerDirectory } from '../handlers/handler-directory.js';
import type { CronHandler } from '../handlers/handlers.js';

const MINUTE = 60_000;
/** Minutes that are caught up when a look comes late. */
const LATE = 5;

/** Enqueues what modules want done for every tenant at certain minutes (`@Cron`). */
@Injectable()
export class CronMinutes {
  private last?: number;

  constructor(
    @InjectDataSource(PLATFORM) private readonly dataSource: DataSource,
    private readonly handlers: HandlerDirectory,
    private readonly clock: Clock,
  ) {}

  /**
   * Looks at the minute that it is now, once, and at those that passed while this process was busy. What passed while it
   * did not run, or was jumped over by the clock, is left out; a clock that goes back repeats nothing that is written down.
   */
  async round(): Promise<void> {
    const now = Math.floor(this.clock.now().getTime() / MINUTE);
    const { last = now - 1 } = this;
    const first = last < now && now - last <= LATE ? last + 1 : now;
    for (let minute = first; minute <= now && last !== now; minute += 1) {
      await this.enqueue(new Date(minute * MINUTE));
      this.last = minute;
    }
  }

  /** Enqueues what is due in this minute, unless another process has. */
  async enqueue(minute: Date): Promise<void> {
    for (const cron of this.handlers.current.crons) {
      if (isDue(cron, minute))
        await this.dataSource.query('SELECT platform.enqueue_cron($1, $2, $3)', [cron.task, cron.expression, minute]);
    }
  }
}

/** In UTC, as crontab(5): with both a day of the month and one of the week, either will do. */
export function isDue({ expression, task }: CronHandler, minute: Date): boolean {
  return parseCronItem({ task, match: expression }).match({
    min: minute.getUTCMinutes(),
    hour: minute.getUTCHours(),
    date: minute.getUTCDate(),
    month: minute.getUTCMonth() + 1,
    dow: minute.getUTCDay(),
  });
}
