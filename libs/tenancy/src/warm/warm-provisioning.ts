import { Injectable, Logger } from '@nestjs/common';
import { DomainError, newId, type ApiVersions } from '@tenantry/kernel';
import pg from 'pg';
import type { Tenant } from '../context/tenant.js';
import { inTransaction, type OwnerDatabase } from '../control/owner-database.js';
import { TenantSlugTaken } from '../lifecycle/lifecycle.errors.js';
import { checkSlug } from '../lifecycle/slug.js';
import type { NewTenant, TenantProvisioning } from '../lifecycle/tenant-provisioning.js';
import { StepFailed } from '../operations/operation-runner.js';
import type { OperationStep } from '../operations/operation-step.js';
import { noteEffect } from '../operator-requests/request-effect.js';
import type { TenantRegistry } from '../registry/tenant-registry.js';
import { insertTenant, type TenantRow } from './insert-tenant.js';
import type { WarmPool } from './warm-pool.js';

/** What a schema of the pool has behind it. */
const DONE = ['create-role', 'create-schema', 'migrate'];

/**
 * Makes tenants of schemas that wait. What is left to do happens in one transaction, or step by step as with any tenant
 * where a step needs one of its own.
 */
@Injectable()
export class WarmProvisioning {
  private readonly logger = new Logger('Provisioning');

  constructor(
    private readonly owner: OwnerDatabase,
    private readonly pool: WarmPool,
    private readonly registry: TenantRegistry,
    private readonly provisioning: TenantProvisioning,
    private readonly versions: ApiVersions,
  ) {}

  /**
   * @returns the tenant, ready for use; undefined when no schema waits, or the one that did was of no use
   * @throws TENANT_SLUG_TAKEN, TENANT_SLUG_INVALID, TENANT_SLUG_RESERVED, API_VERSION_UNKNOWN, TENANT_PROVISIONING_FAILED
   */
  async create(input: NewTenant, steps: readonly OperationStep[]): Promise<Tenant | undefined> {
    checkSlug(input.slug);
    const apiVersion = this.versions.resolve(input.apiVersion ?? this.versions.newest);
    const id = await this.pool.claim();
    if (id === undefined) return undefined;
    const left = steps.filter(({ name }) => !DONE.includes(name));
    const isWhole = left.every(({ sharesTransaction }) => sharesTransaction);
    const done = isWhole ? steps.map(({ name }) => name) : DONE;
    const row = { ...input, apiVersion, id, operationId: newId(), done, isWhole };
    return isWhole ? this.atOnce(row, left) : this.inTurn(row, steps);
  }

  private async atOnce(row: TenantRow, steps: readonly OperationStep[]): Promise<Tenant | undefined> {
    let isEntered = false;
    try {
      const tenant = await this.owner.withOperationClient((client) =>
        inTransaction(client, async () => {
          const made = await enter(client, row);
          if (!made) return undefined;
          isEntered = true;
          await runAll(steps, (step) => run(step, client, made, row.input));
          return made;
        }),
      );
      if (tenant) this.made(tenant);
      return tenant;
    } catch (error) {
      if (!isEntered) return this.giveBack(row, error);
      await this.pool.discard(row.id);
      if (!(error instanceof StepFailed)) throw error;
      if (error.cause instanceof DomainError && error.cause.status < 500) throw error.cause;
      this.logger.warn(`A waiting schema did not become tenant ${row.slug}, which is made anew: ${error.message}`);
      return undefined;
    }
  }

  private async inTurn(row: TenantRow, steps: readonly OperationStep[]): Promise<Tenant | undefined> {
    let tenant: Tenant | undefined;
    try {
      tenant = await this.owner.transaction((client) => enter(client, row));
    } catch (error) {
      return this.giveBack(row, error);
    }
    if (!tenant) return undefined;
    this.made(tenant);
    return this.provisioning.complete(row.operationId, tenant, steps);
  }

  private made({ id, slug }: Tenant): void {
    this.registry.forget({ id, slugs: [slug] });
    this.pool.fillSoon();
  }

  /** Nothing has entered the schema: another tenant can have it. */
  private async giveBack({ id, slug }: TenantRow, error: unknown): Promise<never> {
    await this.pool.release(id);
    const isTaken = error instanceof pg.DatabaseError && error.code === '23505'; // or was another tenant's a moment ago
    throw isTaken ? new TenantSlugTaken(slug, { cause: error }) : error;
  }
}

/** Writes the tenant, and what else must be written if and only if it is. */
async function enter(client: pg.ClientBase, row: TenantRow): Promise<Tenant | undefined> {
  const made = await insertTenant(client, row);
  if (!made) return undefined;
  const query = (sql: string, values: unknown[]) => client.query(sql, values);
  await noteEffect(query, 'tenant', made.id);
  await row.alongside?.(query, made.id);
  return made;
}

async function run(
  step: OperationStep,
  client: pg.ClientBase,
  tenant: Tenant,
  input: Readonly<Record<string, unknown>>,
): Promise<void> {
  try {
    await step.run({ client, tenant, input });
  } catch (error) {
    throw new StepFailed(step.name, error);
  }
}

/** Those that leave the client alone beside the others, which take turns. */
async function runAll(steps: readonly OperationStep[], work: (step: OperationStep) => Promise<void>): Promise<void> {
  const inTurn = async () => {
    for (const step of steps) if (!step.leavesClient) await work(step);
  };
  const beside = steps.filter(({ leavesClient }) => leavesClient).map(work);
  // Waits for all, also after one has failed: what still runs must not outlive the transaction.
  const results = await Promise.allSettled([...beside, inTurn()]);
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}
