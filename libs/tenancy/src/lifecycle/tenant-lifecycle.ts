import { Injectable } from '@nestjs/common';
import { Clock, newId } from '@tenantry/kernel';
import type pg from 'pg';
import type { DataSource } from 'typeorm';
import type { Maintenance, TenantStatus } from '../context/tenant.js';
import type { OwnerDatabase } from '../control/owner-database.js';
import { TenantEntity } from '../control/tenant.entity.js';
import type { TenantChange } from '../registry/tenant-change.js';
import { toTenant, type TenantRegistry } from '../registry/tenant-registry.js';
import { TenantTransitionInvalid } from './lifecycle.errors.js';
import { earlierEffect, noteEffect } from '../operator-requests/request-effect.js';
import { refuseBusy } from '../operations/begin-operation.js';
import { OperationRunner } from '../operations/operation-runner.js';
import type { OperationStep } from '../operations/operation-step.js';
import { announceTransition, type TenantTransition } from './announce-transition.js';
import type { TenantDdl } from './tenant-ddl.js';

interface Transition {
  readonly action: string;
  /** What listeners are told, where the status has changed. */
  told(change: { readonly slug: string; readonly from: TenantStatus }): TenantTransition;
  readonly from: readonly TenantStatus[];
  readonly to: TenantStatus;
  readonly purgeAfter?: Date;
  readonly maintenance?: Maintenance;
}

/**
 * Suspends, resumes, deletes and purges tenants. Suspending and deleting also take the tenant's role from the
 * application, so that Postgres lets nothing enter it any more in any process, before any of them hears of it. A
 * transaction that has entered already may still commit.
 *
 * @since 0.1.0
 */
@Injectable()
export class TenantLifecycle {
  private readonly runner: OperationRunner;

  constructor(
    private readonly dataSource: DataSource,
    private readonly owner: OwnerDatabase,
    private readonly registry: TenantRegistry,
    private readonly ddl: TenantDdl,
    private readonly clock: Clock,
  ) {
    this.runner = new OperationRunner(owner);
  }

  suspend(tenantId: string): Promise<TenantEntity> {
    return this.change(tenantId, {
      action: 'suspended',
      told: ({ slug }) => ({ type: 'tenant.suspended', payload: { slug } }),
      from: ['active', 'suspended', 'maintenance'],
      to: 'suspended',
    });
  }

  /**
   * Refuses new requests with 503, while those under way go on: the role stays with the application.
   *
   * @throws TENANT_TRANSITION_INVALID
   */
  maintain(tenantId: string, maintenance: Maintenance): Promise<TenantEntity> {
    return this.change(tenantId, {
      action: 'put under maintenance',
      told: ({ slug }) => ({ type: 'tenant.maintenance-began', payload: { slug } }),
      from: ['active', 'maintenance'],
      to: 'maintenance',
      maintenance,
    });
  }

  /** Also brings back a deleted tenant whose grace period is not over. */
  resume(tenantId: string): Promise<TenantEntity> {
    const from: TenantStatus[] = ['active', 'suspended', 'maintenance', 'deleted'];
    return this.change(tenantId, { action: 'resumed', told: toldOfResuming, from, to: 'active' });
  }

  /** @param grace seconds until it is purged */
  delete(tenantId: string, grace: number): Promise<TenantEntity> {
    const purgeAfter = new Date(this.clock.now().getTime() + grace * 1000);
    const from: TenantStatus[] = ['active', 'suspended', 'maintenance', 'deleted'];
    return this.change(tenantId, {
      action: 'deleted',
      told: ({ slug }) => ({ type: 'tenant.deleted', payload: { slug, purgeAfter: purgeAfter.toISOString() } }),
      from,
      to: 'deleted',
      purgeAfter,
    });
  }

  /** Drops schema, role and rows of a deleted tenant; taken up again by any process if this one dies. */
  async purge(tenantId: string, steps: readonly OperationStep[]): Promise<void> {
    const row = await this.dataSource.getRepository(TenantEntity).findOneByOrFail({ id: tenantId });
    if (row.status !== 'deleted') throw new TenantTransitionInvalid('purged', row.status);
    const operationId = await this.purgeOperation(tenantId);
    await this.runner.run(operationId, toTenant(row), steps);
    this.registry.forget(changeOf(row));
  }

  private purgeOperation(tenantId: string): Promise<string> {
    return this.owner.transaction(async (client) => {
      const tenant = await client.query<{ status: TenantStatus; due: boolean }>(
        'SELECT status, purge_after <= now() AS due FROM platform.tenant WHERE id = $1 FOR UPDATE',
        [tenantId],
      );
      const { rows } = await client.query<{ id: string }>(
        `SELECT id FROM platform.tenant_operation WHERE tenant_id = $1 AND kind = 'purge' AND status = 'running'`,
        [tenantId],
      );
      if (rows[0]) return rows[0].id; // decided before: goes on
      await refuseBusy(client, tenantId);
      // It may have been resumed, or deleted anew with another grace period, since the caller looked.
      const { status = 'deleted', due = false } = tenant.rows[0] ?? {};
      if (status !== 'deleted' || !due) throw new TenantTransitionInvalid('purged', status);
      const id = newId();
      await client.query(
        `INSERT INTO platform.tenant_operation (id, tenant_id, kind, status) VALUES ($1, $2, 'purge', 'running')`,
        [id, tenantId],
      );
      return id;
    });
  }

  private async change(tenantId: string, transition: Transition): Promise<TenantEntity> {
    // Done by an earlier attempt at the same request: somebody may have changed it again since.
    if (earlierEffect(transition.action) !== tenantId) {
      const change = await this.owner.transaction((client) => this.apply(client, tenantId, transition));
      this.registry.forget(change);
    }
    return this.dataSource.getRepository(TenantEntity).findOneByOrFail({ id: tenantId });
  }

  private async apply(client: pg.ClientBase, tenantId: string, transition: Transition): Promise<TenantChange> {
    const { rows } = await client.query<{ slug: string; status: TenantStatus }>(
      'SELECT slug, status FROM platform.tenant WHERE id = $1 FOR UPDATE',
      [tenantId],
    );
    const status = rows[0]?.status ?? 'deleted';
    if (!transition.from.includes(status)) throw new TenantTransitionInvalid(transition.action, status);
    const isPurging = await this.isPurging(client, tenantId);
    if (transition.to === 'active') {
      if (isPurging) throw new TenantTransitionInvalid(transition.action, 'being purged');
      await this.ddl.admit(client, tenantId);
    } else if (transition.to !== 'maintenance' && !isPurging) {
      await this.ddl.fence(client, tenantId); // a purge may be dropping the role at this moment
    }
    const { to, purgeAfter = null, maintenance = null } = transition;
    await client.query(
      'UPDATE platform.tenant SET status = $2, purge_after = $3, maintenance = $4, updated_at = now() WHERE id = $1',
      [tenantId, to, purgeAfter, maintenance && JSON.stringify(maintenance)],
    );
    const slug = rows[0]?.slug ?? '';
    const change = { id: tenantId, slugs: [slug] };
    await noteEffect((sql, values) => client.query(sql, values), transition.action, tenantId);
    await announceTransition(client, change, ...(status === to ? [] : [transition.told({ slug, from: status })]));
    return change;
  }

  private async isPurging(client: pg.ClientBase, tenantId: string): Promise<boolean> {
    const { rowCount } = await client.query(
      `SELECT FROM platform.tenant_operation WHERE tenant_id = $1 AND kind = 'purge' AND status = 'running'`,
      [tenantId],
    );
    return Boolean(rowCount);
  }
}

function toldOfResuming({ slug, from }: { slug: string; from: TenantStatus }): TenantTransition {
  if (from === 'maintenance') return { type: 'tenant.maintenance-ended', payload: { slug } };
  return { type: 'tenant.resumed', payload: { slug, from: from === 'deleted' ? 'deleted' : 'suspended' } };
}

function changeOf({ id, slug }: TenantEntity): TenantChange {
  return { id, slugs: [slug] };
}
