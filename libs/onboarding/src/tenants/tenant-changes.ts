import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { Plans, Subscriptions } from '@tenantry/billing';
import {
  ANNOUNCE_SQL,
  checkSlug,
  encodeChange,
  isUniqueViolation,
  PLATFORM,
  TenantEntity,
  TenantRegistry,
  TenantSlugTaken,
  TenantUnknown,
  writeTenantEvent,
  type TenantChange,
  type TenantEventType,
} from '@tenantry/tenancy';
import type { DataSource, EntityManager } from 'typeorm';
import type { TenantChangeRequest } from './tenant.dto.js';

/** Changes a tenant's label, name, plan and settings. Renaming touches one row: schema and role keep their names. */
@Injectable()
export class TenantChanges {
  constructor(
    @InjectDataSource(PLATFORM) private readonly dataSource: DataSource,
    private readonly plans: Plans,
    private readonly subscriptions: Subscriptions,
    private readonly registry: TenantRegistry,
  ) {}

  /** @throws TENANT_UNKNOWN, PLAN_UNKNOWN, TENANT_SLUG_TAKEN, TENANT_SLUG_INVALID, TENANT_SLUG_RESERVED */
  async change(id: string, request: TenantChangeRequest): Promise<TenantEntity> {
    if (request.slug !== undefined) checkSlug(request.slug);
    if (request.plan !== undefined) await this.plans.requireActive(request.plan);
    try {
      const { row, change } = await this.dataSource.transaction((manager) => this.apply(manager, id, request));
      this.registry.forget(change);
      return row;
    } catch (error) {
      if (isUniqueViolation(error)) throw new TenantSlugTaken(request.slug ?? '', { cause: error });
      throw error;
    }
  }

  private async apply(
    manager: EntityManager,
    id: string,
    { name, slug, plan, settings }: TenantChangeRequest,
  ): Promise<{ row: TenantEntity; change: TenantChange }> {
    const row = await manager.findOne(TenantEntity, { where: { id }, lock: { mode: 'pessimistic_write' } });
    if (!row) throw new TenantUnknown();
    const change = { id, slugs: [row.slug, slug ?? row.slug] };
    if (plan !== undefined && plan !== row.plan) {
      await this.subscriptions.subscribe((sql, values) => manager.query(sql, values), id, plan);
    }
    await this.tell(manager, row, { slug, plan });
    Object.assign(row, {
      name: name ?? row.name,
      slug: slug ?? row.slug,
      plan: plan ?? row.plan,
      settings: settings ?? row.settings,
    });
    await manager.save(row);
    await manager.query(ANNOUNCE_SQL, [encodeChange(change)]);
    return { row, change };
  }

  private async tell(manager: EntityManager, row: TenantEntity, { slug, plan }: TenantChangeRequest): Promise<void> {
    const tell = (type: TenantEventType, payload: Record<string, unknown>) =>
      writeTenantEvent((sql, values) => manager.query(sql, values), { tenantId: row.id, type, payload });
    if (slug !== undefined && slug !== row.slug) await tell('tenant.renamed', { from: row.slug, to: slug });
    if (plan !== undefined && plan !== row.plan) await tell('tenant.plan-changed', { from: row.plan, to: plan });
  }
}
