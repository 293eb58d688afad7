import { Injectable, Logger } from '@nestjs/common';
import { BackgroundPayloadInvalid } from '@tenantry/tenancy';
import { HandlerDirectory } from '../handlers/handler-directory.js';
import { readPayload } from '../tasks/check-payload.js';
import { JobRecord, type StartedJob, type Ticket } from './job-record.js';
import { JobTenant, type JobPlace } from './job-tenant.js';
import { pauseAfter, reasonOf } from './retry.js';

/** Seconds until a job that cannot be done at the moment is looked at again. */
const LATER = 10;

/** Does one job: in its tenant, by the module that knows how, with a record of how it ended. */
@Injectable()
export class JobRunner {
  private readonly logger = new Logger('Jobs');

  constructor(
    private readonly record: JobRecord,
    private readonly tenants: JobTenant,
    private readonly handlers: HandlerDirectory,
  ) {}

  /** Fulfils however the job ends. Rejects only when that could not be recorded: then the ticket is taken up again. */
  async run(ticket: Ticket): Promise<void> {
    const job = await this.record.start(ticket);
    if (!job) return; // done, deleted, or handed over anew
    if (job.attempt > job.maxAttempts) {
      await this.record.dead(ticket, 'The process ended while it ran, at its last attempt.');
    } else {
      const place = await this.tenants.placeOf(job);
      if (place.kind === 'never') await this.record.dead(ticket, place.reason);
      else if (place.kind === 'later') return this.record.postpone(ticket, LATER, place.reason);
      else if (!this.isKnown(job)) return this.record.postpone(ticket, LATER, 'No process that took it up knows how.');
      else await this.attempt(ticket, job, place);
    }
    await this.record.handOver(job.tenantId);
  }

  private async attempt(ticket: Ticket, job: StartedJob, place: JobPlace): Promise<void> {
    try {
      await this.tenants.run(place, () => this.call(job));
    } catch (error) {
      return this.failed(ticket, job, place, error);
    }
    await this.record.done(ticket);
  }

  private async failed(ticket: Ticket, job: StartedJob, place: JobPlace, error: unknown): Promise<void> {
    if (this.tenants.wasKeptOut(place, error)) return this.record.postpone(ticket, 0, 'The tenant was left.');
    const { id, task, tenantId, attempt, maxAttempts } = job;
    const reason = reasonOf(error);
    const isLast = attempt >= maxAttempts || error instanceof BackgroundPayloadInvalid;
    this.logger.error(
      `Job ${id} (${task}) of tenant ${tenantId}: attempt ${attempt} of ${maxAttempts} failed: ${reason}`,
      error instanceof Error ? error.stack : undefined,
    );
    if (isLast) await this.record.dead(ticket, reason);
    else await this.record.again(ticket, pauseAfter(attempt), reason);
  }

  private isKnown({ task, event }: StartedJob): boolean {
    return event ? this.handlers.current.listeners.has(task) : this.handlers.current.tasks.has(task);
  }

  private async call({ id, task, payload, event, attempt, maxAttempts }: StartedJob): Promise<void> {
    const { tasks, listeners } = this.handlers.current;
    if (event) {
      await listeners.get(task)?.run(event);
      return;
    }
    const handler = tasks.get(task);
    if (handler) await handler.run(await readPayload(handler, payload), { id, attempt, maxAttempts });
  }
}
