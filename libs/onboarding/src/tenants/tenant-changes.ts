import { isDeepStrictEqual } from 'node:util';
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
  type TenantChange,
  type TenantTransition,
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
    if (plan !== undefined && plan !== row.plan) {
      await this.subscriptions.subscribe((sql, values) => manager.query(sql, values), id, plan);
    }
    if (slug !== undefined && slug !== row.slug) await this.renaming.keep(manager, row, slug);
    const transitions = transitionsOf(row, { name, slug, plan, settings });
    Object.assign(row, {
      name: name ?? row.name,
      slug: slug ?? row.slug,
      plan: plan ?? row.plan,
      settings: settings ?? row.settings,
    });
    await manager.save(row);
    const query = (sql: string, values: unknown[]) => manager.query<unknown>(sql, values);
    await announceTransition(query, change, ...transitions);
    return { row, change };
  }
}

/** What of a tenant is about to change, as listeners hear it. */
function transitionsOf(row: TenantEntity, { name, slug, plan, settings }: TenantChangeRequest): TenantTransition[] {
  const transitions: TenantTransition[] = [];
  if (plan !== undefined && plan !== row.plan)
    transitions.push({ type: 'tenant.plan-changed', payload: { from: row.plan, to: plan } });
  if (slug !== undefined && slug !== row.slug)
    transitions.push({ type: 'tenant.renamed', payload: { from: row.slug, to: slug } });
  const changed: ('name' | 'settings')[] = [];
  if (name !== undefined && name !== row.name) changed.push('name');
  if (settings !== undefined && !isDeepStrictEqual(settings, row.settings)) changed.push('settings');
  if (changed.length > 0) transitions.push({ type: 'tenant.changed', payload: { slug: slug ?? row.slug, changed } });
  return transitions;
}
