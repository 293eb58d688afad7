import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { checkDottedName, type EventDefinition } from '@tenantry/kernel';
import { DataSource, type EntityManager } from 'typeorm';
import { entitiesOfTransaction } from '../transaction/entities-of-transaction.js';
import { schemaOf } from './tenant-event.js';
import { writtenByTenant } from './written-by-tenant.js';

export interface EmitOptions {
  /** Of the transaction to write in, where a query runner began it by hand. */
  readonly manager?: EntityManager | undefined;
  /** Name of the payload's schema; when absent that of the definition's class, or `NoteCreated` for `notes.note-created`. */
  readonly schema?: string;
}

/**
 * Tells listeners (`@OnEvent`) of what happened in the current tenant.
 *
 * @since 0.1.0
 */
@Injectable()
export class Events {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /**
   * Writes the event in the transaction of the running code (`TenantTransaction.run`, `dataSource.transaction`, or
   * `options.manager`): told when that commits, gone when it is undone. Without one, it is told at once.
   *
   * @param event of `defineEvent`, or its type: `area.what-happened`, of the module's own area; never `tenant.*`
   * @param payload what JSON can say, at most 64 KiB
   * @throws BACKGROUND_NAME_UNKNOWN, BACKGROUND_PAYLOAD_INVALID, BACKGROUND_FULL, TENANT_TRANSACTION_ENDED
   */
  async emit<Payload extends object>(
    event: EventDefinition<Payload> | string,
    payload: Payload,
    { manager, schema }: EmitOptions = {},
  ): Promise<void> {
    const type = typeof event === 'string' ? event : event.type;
    const named = typeof event === 'string' ? undefined : event.payload.name;
    checkDottedName(type);
    const ask = manager ?? entitiesOfTransaction() ?? this.dataSource;
    const values = [type, schema ?? named ?? schemaOf(type), JSON.stringify(payload)];
    await writtenByTenant(() => ask.query('SELECT extensions.emit_event($1, $2, $3::jsonb)', values));
  }
}
