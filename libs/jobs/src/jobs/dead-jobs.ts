import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { PLATFORM } from '@tenantry/tenancy';
import type { DataSource } from 'typeorm';
import { JobRecord } from '../worker/job-record.js';

/** Which dead jobs: all that fit what is given. */
export interface DeadJobsOf {
  /** Name of a task or listener. */
  readonly task?: string | undefined;
  /** Id of a tenant. */
  readonly tenantId?: string | undefined;
}

/** Rows that one statement changes. */
const BATCH = 1000;

const RETRY = `
  UPDATE platform.job SET status = 'waiting', attempts = 0, key = NULL, run_at = now(), updated_at = now() WHERE id IN (
    SELECT id FROM platform.job WHERE status = 'dead' AND updated_at <= $1
      AND ($2::text IS NULL OR task = $2) AND ($3::uuid IS NULL OR tenant_id = $3)
    ORDER BY seq LIMIT ${BATCH} FOR UPDATE SKIP LOCKED)
  RETURNING tenant_id AS "tenantId"`;

/** Dead jobs by the many: when what made them fail is mended. */
@Injectable()
export class DeadJobs {
  constructor(
    @InjectDataSource(PLATFORM) private readonly dataSource: DataSource,
    private readonly record: JobRecord,
  ) {}

  /**
   * Tries them again, with all their attempts; events in the order in which they happened, before those that wait. What
   * dies meanwhile stays dead.
   *
   * @returns how many
   */
  async retry({ task, tenantId }: DeadJobsOf): Promise<number> {
    const [{ now }] = await this.dataSource.query<[{ now: Date }]>('SELECT now() AS now');
    let retried = 0;
    for (;;) {
      const values = [now, task ?? null, tenantId ?? null];
      const [rows] = await this.dataSource.query<[{ tenantId: string }[], number]>(RETRY, values);
      retried += rows.length;
      for (const each of new Set(rows.map((row) => row.tenantId))) await this.record.handOver(each);
      if (rows.length < BATCH) return retried;
    }
  }
}
