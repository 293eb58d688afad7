import { ApiProperty } from '@nestjs/swagger';
import { MayBeAbsent, PageQuery } from '@tenantry/kernel';
import type { TenantExportEntity } from '@tenantry/tenancy';
import { IsBoolean, IsString, MaxLength } from 'class-validator';

/** How a tenant is exported. */
export class NewExportRequest {
  /** Whether the archive is gzipped. It takes longer and less room. */
  @MayBeAbsent()
  @IsBoolean()
  compress: boolean = false;

  /** Whether it stays until somebody deletes it, even when the tenant is purged. */
  @MayBeAbsent()
  @IsBoolean()
  keep: boolean = false;
}

/** Which exports are asked for. */
export class ExportQuery extends PageQuery {
  /** Id of a tenant, or the slug that it had. */
  @MayBeAbsent()
  @IsString()
  @MaxLength(200)
  tenant?: string;
}

/** An archive of a tenant. */
export class ExportView {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ format: 'uuid' })
  tenantId!: string;

  /** At the time of the export. */
  slug!: string;
  bytes!: number;
  /** SHA-256 of the archive's manifest, which has those of all its parts; hexadecimal. */
  sha256!: string;
  createdAt!: Date;
  /** When it is removed; absent when it is kept. */
  expiresAt?: Date;
  @ApiProperty({ type: 'object', additionalProperties: true })
  _links!: Record<string, { href: string }>;
}

export function viewOfExport(row: TenantExportEntity): ExportView {
  const { id, tenantId, slug, bytes, sha256, createdAt, expiresAt } = row;
  const self = `/admin/exports/${id}`;
  return {
    id,
    tenantId,
    slug,
    bytes: Number(bytes),
    sha256,
    createdAt,
    ...(expiresAt && { expiresAt }),
    _links: {
      self: { href: self },
      archive: { href: `${self}/archive` },
      operation: { href: `/admin/operations/${id}` },
    },
  };
}
