import { Injectable, type OnModuleInit } from '@nestjs/common';
import {
  beginOperation,
  LongOperations,
  OwnerDatabase,
  type LongOperation,
  type TenantEntity,
} from '@tenantry/tenancy';
import { newId } from '@tenantry/kernel';
import type pg from 'pg';
import { ArchiveFolder } from '../exports/archive-folder.js';
import { TenantRows, type TenantRow } from '../tenants/tenant-rows.js';
import type { VerifiedArchive } from './archive-upload.js';
import { ImportSteps, replacedSchema, stagedSchema, type ImportInput } from './import-steps.js';

/** Makes tenants of archives, or gives a tenant an archive's data. */
@Injectable()
export class TenantImports implements OnModuleInit {
  constructor(
    private readonly owner: OwnerDatabase,
    private readonly operations: LongOperations,
    private readonly rows: TenantRows,
    private readonly steps: ImportSteps,
    private readonly folder: ArchiveFolder,
  ) {}

  onModuleInit(): void {
    this.operations.add({
      kind: 'import',
      steps: () => this.steps.create,
      undo: async (client, operation) => {
        await this.rows.drop(client, operation.tenantId);
        await this.discard(operation);
      },
    });
    this.operations.add({
      kind: 'replace',
      steps: () => this.steps.replace,
      undo: (client, operation) => this.undoReplace(client, operation),
    });
  }

  /** @throws TENANT_SLUG_TAKEN */
  create({ file, manifest }: VerifiedArchive, row: TenantRow): Promise<string> {
    const tenantId = newId();
    return this.owner.transaction(async (client) => {
      await this.rows.insert(client, tenantId, row);
      const id = await beginOperation(client, {
        tenantId,
        kind: 'import',
        input: { file, manifest },
        from: ['provisioning'],
        action: 'imported',
      });
      await client.query('UPDATE platform.tenant_operation SET result = $2 WHERE id = $1', [
        id,
        JSON.stringify({ tenantId, slug: row.slug }),
      ]);
      return id;
    });
  }

  /** @throws TENANT_BUSY, TENANT_TRANSITION_INVALID */
  replace({ file, manifest }: VerifiedArchive, { id: tenantId }: TenantEntity): Promise<string> {
    return this.owner.transaction((client) =>
      beginOperation(client, {
        tenantId,
        kind: 'replace',
        input: { file, manifest },
        from: ['active', 'suspended', 'maintenance'],
        action: 'replaced',
      }),
    );
  }

  private async undoReplace(client: pg.ClientBase, operation: LongOperation): Promise<void> {
    for (const schema of [stagedSchema(operation.id), replacedSchema(operation.id)])
      await client.query(`DROP SCHEMA IF EXISTS ${schema} CASCADE`);
    await this.discard(operation);
  }

  private discard({ input }: LongOperation): Promise<void> {
    return this.folder.remove((input as unknown as ImportInput).file);
  }
}
