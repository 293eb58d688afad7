import { createReadStream } from 'node:fs';
import type { Writable } from 'node:stream';
import { validationPipe } from '@tenantry/api';
import {
  ArchiveImport,
  CloneRequest,
  ImportQuery,
  TenantClones,
  type TenantDirectory,
  type TenantView,
} from '@tenantry/onboarding';
import { exportTenant, LongOperations, OwnerDatabase, toTenant } from '@tenantry/tenancy';
import type { INestApplicationContext } from '@nestjs/common';
import { OperationFailed } from './operation-failed.js';
import { recordOf, type TenantRecord } from './tenant-administration.js';

export interface ExportReport {
  readonly rows: number;
  /** SHA-256 of the archive's manifest, hexadecimal. */
  readonly sha256: string;
}

/**
 * Tenants that are cloned, written into archives and made of them, by the operations of the admin endpoints; carried out
 * by the process that asks.
 *
 * @since 0.1.0
 */
export class TenantTransfers {
  private readonly validation = validationPipe();

  constructor(
    private readonly app: INestApplicationContext,
    private readonly directory: TenantDirectory,
  ) {}

  /**
   * Writes a tenant into an archive while servers go on; in constant memory.
   *
   * @param target ended when the archive is whole, destroyed when it is not
   * @throws TENANT_UNKNOWN
   */
  async export(reference: string, target: Writable, compress = false): Promise<ExportReport> {
    const tenant = toTenant(await this.directory.get(reference));
    const { url: ownerUrl } = this.get(OwnerDatabase);
    const { manifest, sha256 } = await exportTenant({ ownerUrl, tenant, createdAt: new Date(), compress }, target);
    return { rows: manifest.tables.reduce((sum, { rows }) => sum + rows, 0), sha256 };
  }

  /**
   * Makes a tenant of an archive, or gives one the archive's data instead of its own.
   *
   * @param file path of the archive
   * @throws REQUEST_INVALID, OperationFailed, and what `POST /admin/imports` answers with
   */
  async import(file: string, query: Partial<ImportQuery>): Promise<TenantRecord> {
    const archive = createReadStream(file);
    await new Promise((resolve, reject) => archive.once('open', resolve).once('error', reject));
    try {
      return await this.carryOut(await this.get(ArchiveImport).begin(archive, await this.check(ImportQuery, query)));
    } finally {
      archive.destroy();
    }
  }

  /**
   * Makes a tenant like another.
   *
   * @throws REQUEST_INVALID, OperationFailed, and what `POST /admin/tenants/{id}/clone` answers with
   */
  async clone(reference: string, request: CloneRequest): Promise<TenantRecord> {
    const source = await this.directory.get(reference);
    return this.carryOut(await this.get(TenantClones).begin(source, await this.check(CloneRequest, request)));
  }

  private async carryOut(operationId: string): Promise<TenantRecord> {
    const operation = await this.get(LongOperations).complete(operationId);
    if (operation.status !== 'succeeded') throw new OperationFailed(operation);
    const made = operation.result?.['tenantId'] ?? operation.tenantId;
    const id = typeof made === 'string' ? made : '';
    const view: TenantView = await this.directory.view(await this.directory.get(id));
    return recordOf(view);
  }

  private get<T>(type: new (...args: never[]) => T): T {
    return this.app.get<T>(type, { strict: false });
  }

  private check<T extends object>(type: new () => T, value: object): Promise<T> {
    return this.validation.transform(value, { type: 'body', metatype: type }) as Promise<T>;
  }
}
