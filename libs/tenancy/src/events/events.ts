import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { checkDottedName } from '@tenantry/kernel';
import { DataSource, type EntityManager } from 'typeorm';
import { schemaOf } from './tenant-event.js';
import { writtenByTenant } from './written-by-tenant.js';

export interface EmitOptions {
  /** Of the transaction to write in, where that is not one of `TenantTransaction`. */
  readonly manager?: EntityManager | undefined;
  /** Name of the payload's schema; `NoteCreated` for `notes.note-created` when absent. */
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
   * Writes the event in the transaction of the running code (`TenantTransaction.run`, or `options.manager`): told when that
   * commits, gone when it is undone. Without one, it is told at once.
   *
   * @param type `area.what-happened`, of the module's own area; never `tenant.*`
   * @param payload what JSON can say, at most 64 KiB
   * @throws BACKGROUND_NAME_UNKNOWN, BACKGROUND_PAYLOAD_INVALID, BACKGROUND_FULL
   */
  async emit(type: string, payload: object, { manager, schema = schemaOf(type) }: EmitOptions = {}): Promise<void> {
    checkDottedName(type);
    const ask = manager ?? this.dataSource;
    await writtenByTenant(() =>
      ask.query('SELECT extensions.emit_event($1, $2, $3::jsonb)', [type, schema, JSON.stringify(payload)]),
    );
  }
}
