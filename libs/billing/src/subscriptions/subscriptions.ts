import { Injectable } from '@nestjs/common';
import { newId } from '@tenantry/kernel';

/** Runs one statement of an open transaction of the control plane. */
export type Statement = (sql: string, values: unknown[]) => Promise<unknown>;

/** Which plan a tenant has. Works in the caller's transaction. */
@Injectable()
export class Subscriptions {
  /** Subscribes a tenant that is being made with this plan. Idempotent. */
  async begin(statement: Statement, tenantId: string, plan: string): Promise<void> {
    await statement(SUBSCRIBE, [newId(), tenantId, plan]);
  }

  /** Subscribes a tenant, ending what it had. Idempotent; the caller holds the tenant's row. */
  async subscribe(statement: Statement, tenantId: string, plan: string): Promise<void> {
    await statement(
      `UPDATE platform.subscription SET ended_at = now() WHERE tenant_id = $1 AND ended_at IS NULL AND plan_code <> $2`,
      [tenantId, plan],
    );
    await statement(SUBSCRIBE, [newId(), tenantId, plan]);
    await statement('UPDATE platform.tenant SET plan = $2 WHERE id = $1', [tenantId, plan]);
  }
}

const SUBSCRIBE = `INSERT INTO platform.subscription (id, tenant_id, plan_code, started_at) VALUES ($1, $2, $3, now())
  ON CONFLICT (tenant_id) WHERE ended_at IS NULL DO NOTHING`;
