import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DomainEvent } from '@tenantry/kernel';
import { PLATFORM } from '@tenantry/tenancy';
import { DataSource } from 'typeorm';

/** What graphile-worker holds of a job. One of an earlier handing over is void. */
export interface Ticket {
  readonly job: string;
  readonly ticket: number;
}

/** A job that has begun. */
export interface StartedJob {
  readonly id: string;
  readonly tenantId: string;
  readonly task: string;
  readonly payload: Record<string, unknown>;
  readonly detached: boolean;
  readonly attempt: number;
  readonly maxAttempts: number;
  /** Present where the job is to tell a listener of it. */
  readonly event: DomainEvent | null;
}

const START = `
  UPDATE platform.job j SET status = 'running', attempts = attempts + 1, updated_at = now()
  WHERE id = $1 AND ticket = $2 AND status IN ('handed', 'running')
  RETURNING id, tenant_id AS "tenantId", task, payload, detached, attempts AS attempt, max_attempts AS "maxAttempts",
    (SELECT json_build_object('id', e.id, 'type', e.type, 'schema', e.schema, 'tenantId', e.tenant_id, 'payload', e.payload,
      'occurredAt', e.occurred_at) FROM platform.event e WHERE e.id = j.event_id) AS event`;

/** Changes of a job while it is worked at. Each counts only while the ticket is the valid one. */
@Injectable()
export class JobRecord {
  constructor(@InjectDataSource(PLATFORM) private readonly dataSource: DataSource) {}

  /** The job, begun once more; undefined when there is nothing to do for this ticket. */
  async start({ job, ticket }: Ticket): Promise<StartedJob | undefined> {
    const [rows] = await this.dataSource.query<[StartedJob[], number]>(START, [job, ticket]);
    const [started] = rows;
    const { event } = started ?? {};
    if (!started || !event) return started;
    return { ...started, event: { ...event, occurredAt: new Date(event.occurredAt) } };
  }

  async done({ job, ticket }: Ticket): Promise<void> {
    await this.dataSource.query('DELETE FROM platform.job WHERE id = $1 AND ticket = $2', [job, ticket]);
  }

  /** @param delay seconds until the next attempt */
  async again(ticket: Ticket, delay: number, error: string): Promise<void> {
    await this.change(
      ticket,
      `status = 'waiting', run_at = now() + $3::integer * interval '1 second', error = $4`,
      delay,
      error,
    );
  }

  /** Puts it back without the attempt that has begun. */
  async postpone(ticket: Ticket, delay: number, reason: string): Promise<void> {
    await this.change(
      ticket,
      `status = 'waiting', attempts = attempts - 1, run_at = now() + $3::integer * interval '1 second', error = $4`,
      delay,
      reason,
    );
  }

  async dead(ticket: Ticket, error: string): Promise<void> {
    await this.change(ticket, `status = 'dead', error = $3`, error);
  }

  /** Hands the tenant's next jobs to graphile-worker. */
  async handOver(tenantId: string): Promise<void> {
    await this.dataSource.query('SELECT platform.hand_over_jobs($1)', [tenantId]);
  }

  private async change({ job, ticket }: Ticket, changes: string, ...values: unknown[]): Promise<void> {
    await this.dataSource.query(
      `UPDATE platform.job SET ${changes}, updated_at = now() WHERE id = $1 AND ticket = $2 AND status = 'running'`,
      [job, ticket, ...values],
    );
  }
}
