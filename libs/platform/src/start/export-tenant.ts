import type { Writable } from 'node:stream';
import { Logger } from '@nestjs/common';
import {
  exportTenant as writeExport,
  TenantUnknown,
  toTenant,
  type Tenant,
  type TenantEntity,
} from '@tenantry/tenancy';
import { StructuredLogger } from '../logging/structured-logger.js';
import type { PlatformOptions } from './create-platform.js';
import { environmentSettings } from './environment.js';
import { prepare, type Preparation } from './prepare.js';

export interface ExportOptions extends PlatformOptions {
  /** Whether to gzip the archive (RFC 1952). */
  readonly compress?: boolean;
}

export interface ExportReport {
  readonly rows: number;
  /** SHA-256 of the archive's manifest, hexadecimal. */
  readonly sha256: string;
}

/**
 * Writes a tenant into an archive without serving, while servers may go on; in constant memory.
 *
 * @param slug the tenant's
 * @param target ended when the archive is whole, destroyed when it is not
 * @throws TENANT_UNKNOWN, and what `createPlatform` throws
 * @since 0.1.0
 */
export async function exportTenant(slug: string, target: Writable, options: ExportOptions = {}): Promise<ExportReport> {
  const settings = options.settings ?? environmentSettings();
  Logger.overrideLogger(options.logger ?? new StructuredLogger(settings.get('TENANTRY_LOG_LEVEL')));
  const preparation = await prepare(settings, options.modules ?? []);
  try {
    const tenant = await tenantOf(preparation, slug);
    const { owner } = preparation.prepared;
    const createdAt = new Date();
    const compress = options.compress ?? false;
    const { manifest, sha256 } = await writeExport({ ownerUrl: owner.url, tenant, createdAt, compress }, target);
    return { rows: manifest.tables.reduce((sum, { rows }) => sum + rows, 0), sha256 };
  } finally {
    await preparation.prepared.owner.onApplicationShutdown();
    await preparation.database.close();
  }
}

async function tenantOf({ prepared }: Preparation, slug: string): Promise<Tenant> {
  const { rows } = await prepared.owner.withClient((client) =>
    client.query<TenantEntity>(
      `SELECT id, slug, name, status, plan, api_version AS "apiVersion", settings, created_at AS "createdAt",
              updated_at AS "updatedAt", maintenance FROM platform.tenant WHERE slug = $1 AND status <> 'provisioning'`,
      [slug],
    ),
  );
  if (!rows[0]) throw new TenantUnknown();
  return toTenant(rows[0]);
}
