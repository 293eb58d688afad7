import { Injectable } from '@nestjs/common';
import { CronMinutes } from '../cron/cron-minutes.js';
import { JobPruning } from '../jobs/job-pruning.js';
import type { Work } from './rounds.js';

/** What a worker does by the clock, besides jobs. */
@Injectable()
export class Chores {
  readonly works: readonly Work[];

  constructor(crons: CronMinutes, pruning: JobPruning) {
    this.works = [
      ['enqueue what is due by cron', () => crons.round()],
      ['forget what is over', () => pruning.round()],
    ];
  }
}
