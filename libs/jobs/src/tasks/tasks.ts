import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { TaskDefinition } from '@tenantry/kernel';
import { BackgroundNameUnknown, entitiesOfTransaction, writtenByTenant } from '@tenantry/tenancy';
import { DataSource, type EntityManager } from 'typeorm';
import { HandlerDirectory } from '../handlers/handler-directory.js';
import { checkPayload } from './check-payload.js';

export interface EnqueueOptions {
  /** Not before; now when absent. */
  readonly runAt?: Date;
  /** At most one job of the task and tenant with this key waits: another takes its place, with its payload and time. */
  readonly jobKey?: string;
  /** Among the tenant's own jobs: smaller ones first, -1000 to 1000; 0 when absent. */
  readonly priority?: number;
  /** 1 to 100; 10 when absent. Pauses double from 2 seconds to an hour. */
  readonly maxAttempts?: number;
  /** Of the transaction to write in, where a query runner began it by hand. */
  readonly manager?: EntityManager | undefined;
}

/**
 * Has things done later, in the current tenant.
 *
 * @since 0.1.0
 */
@Injectable()
export class Tasks {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly handlers: HandlerDirectory,
  ) {}

  /**
   * Enqueues a job in the transaction of the running code (`TenantTransaction.run`, `dataSource.transaction`, or
   * `options.manager`): it is done when that commits, and gone when it is undone. Without one, it is done at once.
   *
   * @param task of `defineTask`, or the name given to `@Task`
   * @param payload what JSON can say, at most 64 KiB, valid for the class of the task's payload
   * @returns id of the job
   * @throws BACKGROUND_NAME_UNKNOWN, BACKGROUND_PAYLOAD_INVALID, BACKGROUND_FULL, TENANT_TRANSACTION_ENDED
   */
  async enqueue<Payload extends object>(
    task: TaskDefinition<Payload> | string,
    payload: Payload,
    options: EnqueueOptions = {},
  ): Promise<string> {
    const name = typeof task === 'string' ? task : task.name;
    const handler = this.handlers.current.tasks.get(name);
    if (!handler) throw new BackgroundNameUnknown();
    const json = await checkPayload(handler, payload);
    const { runAt, jobKey, priority, maxAttempts, manager } = options;
    const rows = await writtenByTenant(() =>
      (manager ?? entitiesOfTransaction() ?? this.dataSource).query<{ id: string }[]>(
        'SELECT extensions.enqueue_task($1, $2::jsonb, $3::timestamptz, $4, $5::integer, $6::integer) AS id',
        [name, json, runAt?.toISOString() ?? null, jobKey ?? null, priority ?? null, maxAttempts ?? null],
      ),
    );
    return rows[0]?.id ?? '';
  }
}
