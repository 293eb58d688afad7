import { Injectable } from '@nestjs/common';
import { Clock, Settings } from '@tenantry/kernel';
import { FormerSlugEntity, type TenantEntity } from '@tenantry/tenancy';
import type { EntityManager } from 'typeorm';

/** Gives a tenant another slug and keeps the old one for it, so that nobody else gets its requests meanwhile. */
@Injectable()
export class TenantRenaming {
  constructor(
    private readonly settings: Settings,
    private readonly clock: Clock,
  ) {}

  /** In the transaction that changes the tenant's row. */
  async keep(manager: EntityManager, { id, slug }: TenantEntity, next: string): Promise<void> {
    const kept = this.settings.get('TENANTRY_RENAMED_SLUG_TTL') * 1000;
    if (next === slug || kept === 0) return;
    const reservedUntil = new Date(this.clock.now().getTime() + kept);
    await manager.upsert(FormerSlugEntity, { slug, tenantId: id, reservedUntil }, ['slug']);
  }
}
