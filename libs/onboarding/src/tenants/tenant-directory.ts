import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { isId, Page } from '@tenantry/kernel';
import { findPage, PLATFORM, TenantEntity, TenantUnknown } from '@tenantry/tenancy';
import { Raw, type FindOptionsWhere, type Repository } from 'typeorm';
import type { TenantQuery } from './tenant.dto.js';

/** Reads tenants for operators. */
@Injectable()
export class TenantDirectory {
  constructor(@InjectRepository(TenantEntity, PLATFORM) private readonly tenants: Repository<TenantEntity>) {}

  /** @throws CURSOR_INVALID */
  list({ status, q, plan, ...page }: TenantQuery): Promise<Page<TenantEntity>> {
    const where = {
      ...(status !== undefined && { status }),
      ...(plan !== undefined && { plan }),
      ...(q !== undefined && { slug: Raw((slug) => `strpos(lower(${slug} || ' ' || name), lower(:q)) > 0`, { q }) }),
    };
    return findPage(this.tenants, page, where as FindOptionsWhere<TenantEntity>);
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
}
