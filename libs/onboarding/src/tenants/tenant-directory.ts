import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { isId, Page } from '@tenantry/kernel';
import { findPage, PLATFORM, TenantEntity, TenantMigrations, TenantUnknown } from '@tenantry/tenancy';
import { Raw, type FindOptionsWhere, type Repository } from 'typeorm';
import { viewOfTenant, type TenantQuery, type TenantView } from './tenant.dto.js';

/** Reads tenants for operators. */
@Injectable()
export class TenantDirectory {
  constructor(
    @InjectRepository(TenantEntity, PLATFORM) private readonly tenants: Repository<TenantEntity>,
    private readonly migrations: TenantMigrations,
  ) {}

  /**
   * Oldest first when not asked otherwise, by the time of making: an id may be that of a schema that waited.
   *
   * @throws CURSOR_INVALID
   */
  list({ status, q, plan, sort = 'createdAt', ...page }: TenantQuery): Promise<Page<TenantEntity>> {
    const where = {
      ...(status !== undefined && { status }),
      ...(plan !== undefined && { plan }),
      ...(q !== undefined && { slug: Raw((slug) => `strpos(lower(${slug} || ' ' || name), lower(:q)) > 0`, { q }) }),
    };
    return findPage(this.tenants, { ...page, sort }, where as FindOptionsWhere<TenantEntity>);
  }

  /**
   * By id or slug.
   *
   * @throws TENANT_UNKNOWN
   */
  async get(reference: string): Promise<TenantEntity> {
    const row = await this.tenants.findOneBy(isId(reference) ? { id: reference } : { slug: reference });
    if (!row) throw new TenantUnknown();
    return row;
  }

  /** What operators see of a tenant. */
  async view(row: TenantEntity): Promise<TenantView> {
    const schema = (await this.migrations.covers(row.migrationSet)) ? 'current' : 'behind';
    return viewOfTenant(row, schema);
  }

  /** The same of many, by one look at their migrations. */
  async views(rows: readonly TenantEntity[]): Promise<TenantView[]> {
    const covered = await this.migrations.covered(rows.map(({ migrationSet }) => migrationSet));
    return rows.map((row) => viewOfTenant(row, covered.has(row.migrationSet ?? '') ? 'current' : 'behind'));
  }
}
