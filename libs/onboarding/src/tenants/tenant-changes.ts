import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { Plans, Subscriptions } from '@tenantry/billing';
import {
  announceTransition,
  checkSlug,
  isUniqueViolation,
  PLATFORM,
  TenantEntity,
  TenantRegistry,
  TenantSlugTaken,
  TenantUnknown,
  writeTenantEvent,
  type TenantChange,
} from '@tenantry/tenancy';
import type { DataSource, EntityManager } from 'typeorm';
import { TenantRenaming } from './tenant-renaming.js';
import type { TenantChangeRequest } from './tenant.dto.js';

/** Changes a tenant's label, name, plan and settings. Renaming touches one row: schema and role keep their names. */
@Injectable()
export class TenantChanges {
  constructor(
    @InjectDataSource(PLATFORM) private readonly dataSource: DataSource,
    private readonly plans: Plans,
    private readonly subscriptions: Subscriptions,
    private readonly registry: TenantRegistry,
    private readonly renaming: TenantRenaming,
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
    if (plan !== undefined && plan !== row.plan) await this.changePlan(manager, row, plan);
    const from = row.slug;
    const isRenamed = slug !== undefined && slug !== row.slug;
    if (isRenamed) await this.renaming.keep(manager, row, slug);
    Object.assign(row, {
      name: name ?? row.name,
      slug: slug ?? row.slug,
      plan: plan ?? row.plan,
      settings: settings ?? row.settings,
    });
    await manager.save(row);
    const query = (sql: string, values: unknown[]) => manager.query<unknown>(sql, values);
    const renamed = isRenamed ? { from, to: slug } : undefined;
    await announceTransition(query, isRenamed ? 'renamed' : 'changed', change, renamed);
    return { row, change };
  }

  private async changePlan(manager: EntityManager, { id, plan: from }: TenantEntity, to: string): Promise<void> {
    const query = (sql: string, values: unknown[]) => manager.query<unknown>(sql, values);
    await this.subscriptions.subscribe((sql, values) => manager.query(sql, values), id, to);
    await writeTenantEvent(query, { tenantId: id, type: 'tenant.plan-changed', payload: { from, to } });
  }
}
