import { Injectable, Logger } from '@nestjs/common';
import { DomainError, newId, type ApiVersions } from '@tenantry/kernel';
import type pg from 'pg';
import { QueryFailedError, type DataSource } from 'typeorm';
import type { Tenant } from '../context/tenant.js';
import { inTransaction, type OwnerDatabase } from '../control/owner-database.js';
import { TenantOperationEntity } from '../control/tenant-operation.entity.js';
import { TenantEntity } from '../control/tenant.entity.js';
import { toTenant, type TenantRegistry } from '../registry/tenant-registry.js';
import { TenantProvisioningFailed, TenantSlugTaken } from './lifecycle.errors.js';
import { OperationRunner, StepFailed } from '../operations/operation-runner.js';
import type { OperationStep } from '../operations/operation-step.js';
import { forgetEffect, noteEffect } from '../operator-requests/request-effect.js';
import { checkSlug } from './slug.js';
import type { TenantDdl } from './tenant-ddl.js';

export interface NewTenant {
  readonly slug: string;
  readonly name: string;
  readonly plan: string;
  readonly settings: Record<string, unknown>;
  /** Version of the HTTP contract to pin it to; the newest when absent. */
  readonly apiVersion?: string;
  /** What the steps need, kept until they are done: no plain secrets. */
  readonly input: Record<string, unknown>;
  /**
   * Written in the transaction that makes the tenant's row: both are there, or neither. A unique violation in it counts as
   * TENANT_SLUG_TAKEN.
   */
  readonly alongside?: (
    statement: (sql: string, values: unknown[]) => Promise<unknown>,
    tenantId: string,
  ) => Promise<void>;
}

/**
 * Makes tenants: the row and the operation in one transaction, then the steps. Killed at any point, the operation is
 * taken up again by any process; failed, nothing of the tenant is left.
 */
@Injectable()
export class TenantProvisioning {
  private readonly logger = new Logger('Provisioning');
  private readonly runner: OperationRunner;

  constructor(
    private readonly dataSource: DataSource,
    owner: OwnerDatabase,
    private readonly registry: TenantRegistry,
    private readonly ddl: TenantDdl,
    private readonly versions: ApiVersions,
  ) {
    this.runner = new OperationRunner(owner);
  }

  /**
   * @returns the tenant, ready for use
   * @throws TENANT_SLUG_TAKEN, TENANT_SLUG_INVALID, TENANT_SLUG_RESERVED, API_VERSION_UNKNOWN, TENANT_PROVISIONING_FAILED
   */
  async create(input: NewTenant, steps: readonly OperationStep[]): Promise<Tenant> {
    checkSlug(input.slug);
    const { tenant, operationId } = await this.begin(input);
    return this.complete(operationId, tenant, steps);
  }

  /** Takes up what a process that died left unfinished. What another process is at is left to it. */
  async resume(operation: TenantOperationEntity, steps: readonly OperationStep[]): Promise<void> {
    if (!operation.tenantId) return;
    const row = await this.dataSource.getRepository(TenantEntity).findOneBy({ id: operation.tenantId });
    if (!row) return;
    this.logger.log(`Taking up the making of tenant ${row.slug}.`);
    await this.complete(operation.id, toTenant(row), steps);
  }

  private async begin(input: NewTenant): Promise<{ tenant: Tenant; operationId: string }> {
    const operationId = newId();
    try {
      const row = await this.dataSource.transaction(async (manager) => {
        const tenant = manager.create(TenantEntity, {
          id: newId(),
          slug: input.slug,
          name: input.name,
          status: 'provisioning',
          plan: input.plan,
          apiVersion: this.versions.resolve(input.apiVersion ?? this.versions.newest),
          settings: input.settings,
        });
        await manager.insert(TenantEntity, tenant as never);
        await manager.insert(TenantOperationEntity, {
          id: operationId,
          tenantId: tenant.id,
          kind: 'create',
          status: 'running',
          input: input.input as never,
          steps: [],
        });
        await noteEffect((sql, values) => manager.query(sql, values), 'tenant', tenant.id);
        await input.alongside?.((sql, values) => manager.query(sql, values), tenant.id);
        return tenant;
      });
      this.registry.forget({ id: row.id, slugs: [row.slug] });
      return { tenant: toTenant(row), operationId };
    } catch (error) {
      if (isUniqueViolation(error)) throw new TenantSlugTaken(input.slug, { cause: error });
      throw error;
    }
  }

  /**
   * Runs the steps that are left of an operation whose rows are there.
   *
   * @throws TENANT_PROVISIONING_FAILED, and then nothing of the tenant is left
   */
  async complete(operationId: string, tenant: Tenant, steps: readonly OperationStep[]): Promise<Tenant> {
    try {
      await this.runner.run(operationId, tenant, steps, (client) => this.undo(client, tenant));
    } catch (error) {
      if (!(error instanceof StepFailed)) throw error;
      this.logger.error(`Tenant ${tenant.slug} could not be made: ${error.message}`, error.stack);
      if (error.cause instanceof DomainError && error.cause.status < 500) throw error.cause;
      throw new TenantProvisioningFailed(error.step, { cause: error });
    }
    this.registry.forget({ id: tenant.id, slugs: [tenant.slug] });
    const row = await this.dataSource.getRepository(TenantEntity).findOneByOrFail({ id: tenant.id });
    return toTenant(row);
  }

  private async undo(client: pg.ClientBase, tenant: Tenant): Promise<void> {
    await inTransaction(client, async () => {
      await this.ddl.dropSchema(client, tenant.id);
      await this.ddl.dropRole(client, tenant.id);
      await client.query('DELETE FROM platform.tenant_operation WHERE tenant_id = $1', [tenant.id]);
      await client.query('DELETE FROM platform.tenant WHERE id = $1', [tenant.id]);
      await forgetEffect((sql, values) => client.query(sql, values), 'tenant', tenant.id);
    });
    this.registry.forget({ id: tenant.id, slugs: [tenant.slug] });
  }
}

/** Whether Postgres refused the statement because a unique value is there already. */
export function isUniqueViolation(error: unknown): boolean {
  return error instanceof QueryFailedError && (error.driverError as { code?: string }).code === '23505';
}
