import { randomBytes } from 'node:crypto';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Clock, Settings } from '@tenantry/kernel';
import {
  announceTransition,
  beginOperation,
  exportTenant,
  LongOperations,
  OwnerDatabase,
  type LongOperation,
  type OperationStep,
  type StepContext,
  type TenantEntity,
} from '@tenantry/tenancy';
import { ArchiveFolder } from './archive-folder.js';
import type { NewExportRequest } from './export.dto.js';

type ExportInput = NewExportRequest & { readonly file: string };

/** Writes tenants into archives, while they go on serving. */
@Injectable()
export class TenantExports implements OnModuleInit {
  constructor(
    private readonly owner: OwnerDatabase,
    private readonly operations: LongOperations,
    private readonly folder: ArchiveFolder,
    private readonly settings: Settings,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.operations.add({
      kind: 'export',
      steps: () => [this.write],
      undo: async (_client, { input }: LongOperation) => this.folder.remove((input as unknown as ExportInput).file),
    });
  }

  /**
   * @returns the operation's id, which is also the export's
   * @throws TENANT_UNKNOWN, TENANT_TRANSITION_INVALID, TENANT_BUSY
   */
  begin({ id, slug }: TenantEntity, { compress, keep }: NewExportRequest): Promise<string> {
    const time = this.clock
      .now()
      .toISOString()
      .replace(/[-:]|\.\d+/g, '');
    // Not to be guessed: who can read the folder's parent must not find it either.
    const file = `${slug}-${time}-${randomBytes(16).toString('hex')}.tar${compress ? '.gz' : ''}`;
    return this.owner.transaction((client) =>
      beginOperation(client, {
        tenantId: id,
        kind: 'export',
        input: { file, compress, keep },
        from: ['active', 'suspended', 'maintenance', 'deleted'],
        action: 'exported',
      }),
    );
  }

  private readonly write: OperationStep = {
    name: 'write-archive',
    run: async (context) => {
      const { file, compress } = context.input as unknown as ExportInput;
      const createdAt = this.clock.now();
      const { tenant, checkpoint } = context;
      const { sha256, manifest } = await this.folder.write(file, (target) =>
        exportTenant({ ownerUrl: this.owner.url, tenant, createdAt, compress, checkpoint }, target),
      );
      const rows = manifest.tables.reduce((sum, table) => sum + table.rows, 0);
      await this.register(context, { createdAt, sha256, rows });
    },
  };

  private async register(
    { client, tenant, input, operationId = '' }: StepContext,
    { createdAt, sha256, rows }: { createdAt: Date; sha256: string; rows: number },
  ): Promise<void> {
    const { file, keep } = input as unknown as ExportInput;
    const bytes = await this.folder.size(file);
    const expiresAt = keep
      ? null
      : new Date(createdAt.getTime() + this.settings.get('TENANTRY_EXPORT_RETENTION') * 1000);
    await client.query(
      `INSERT INTO platform.tenant_export (id, tenant_id, slug, file, bytes, sha256, created_at, expires_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [operationId, tenant.id, tenant.slug, file, bytes, sha256, createdAt, expiresAt],
    );
    await client.query('UPDATE platform.tenant_operation SET result = $2 WHERE id = $1', [
      operationId,
      JSON.stringify({ exportId: operationId, bytes, rows, sha256 }),
    ]);
    const payload = { slug: tenant.slug, exportId: operationId };
    await announceTransition(client, { id: tenant.id, slugs: [tenant.slug] }, { type: 'tenant.exported', payload });
  }
}
