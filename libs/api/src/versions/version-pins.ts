import { Injectable } from '@nestjs/common';
import { Clock } from '@tenantry/kernel';
import { announceTransition, TenantEntity, TenantRegistry, TenantUnknown } from '@tenantry/tenancy';
import type { DataSource, EntityManager } from 'typeorm';
import { ApiContract } from './api-contract.js';
import { VersionSunsets } from './version-sunsets.js';
import { ApiVersionNotReturnable, ApiVersionSunset } from './version.errors.js';

const RETURN_WITHIN = 72 * 3_600_000;

/** A tenant's version, and whether it may go back. */
export interface VersionPin {
  readonly apiVersion: string;
  /** The version before the last move, while the tenant may return to it. */
  readonly previous?: string;
  readonly returnableUntil?: Date;
}

interface Move {
  readonly previous: string;
  readonly moved_at: Date;
}

/** Which version a tenant is pinned to. */
@Injectable()
export class VersionPins {
  constructor(
    private readonly dataSource: DataSource,
    private readonly registry: TenantRegistry,
    private readonly contract: ApiContract,
    private readonly sunsets: VersionSunsets,
    private readonly clock: Clock,
  ) {}

  async of(tenantId: string): Promise<VersionPin> {
    const row = await this.dataSource.getRepository(TenantEntity).findOneBy({ id: tenantId });
    if (!row) throw new TenantUnknown();
    return this.pin(row.apiVersion, await lastMove(this.dataSource.manager, tenantId));
  }

  /**
   * Moves the tenant to a newer version, or back to the one before within 72 hours.
   *
   * @throws API_VERSION_UNKNOWN, API_VERSION_NOT_RETURNABLE, API_VERSION_SUNSET
   */
  async move(tenantId: string, asked: string): Promise<VersionPin> {
    const { versions } = this.contract.chain;
    const version = versions.resolve(asked);
    if (this.sunsets.isOver(version)) {
      throw new ApiVersionSunset(version, this.sunsets.of(version) ?? '', versions.newest);
    }
    const slug = await this.dataSource.transaction((manager) => this.apply(manager, tenantId, version));
    this.registry.forget({ id: tenantId, slugs: [slug] });
    return this.of(tenantId);
  }

  private async apply(manager: EntityManager, id: string, version: string): Promise<string> {
    const row = await manager.findOne(TenantEntity, { where: { id }, lock: { mode: 'pessimistic_write' } });
    if (!row) throw new TenantUnknown();
    const current = this.contract.chain.versions.ofPin(row.apiVersion);
    if (version === current) return row.slug;
    if (version > current) {
      await manager.query(
        `INSERT INTO platform.api_version_pin (tenant_id, previous, moved_at) VALUES ($1, $2, $3)
         ON CONFLICT (tenant_id) DO UPDATE SET previous = excluded.previous, moved_at = excluded.moved_at`,
        [id, current, this.clock.now()],
      );
    } else {
      const { previous } = this.pin(row.apiVersion, await lastMove(manager, id));
      if (previous !== version) throw new ApiVersionNotReturnable();
      await manager.query('DELETE FROM platform.api_version_pin WHERE tenant_id = $1', [id]);
    }
    await manager.update(TenantEntity, { id }, { apiVersion: version });
    const query = (sql: string, values: unknown[]) => manager.query<unknown>(sql, values);
    const payload = { from: current, to: version };
    await announceTransition(query, { id, slugs: [row.slug] }, { type: 'tenant.api-version-changed', payload });
    return row.slug;
  }

  private pin(stored: string, move: Move | undefined): VersionPin {
    const apiVersion = this.contract.chain.versions.ofPin(stored);
    if (!move) return { apiVersion };
    const returnableUntil = new Date(move.moved_at.getTime() + RETURN_WITHIN);
    return returnableUntil > this.clock.now()
      ? { apiVersion, previous: move.previous, returnableUntil }
      : { apiVersion };
  }
}

async function lastMove(manager: EntityManager, tenantId: string): Promise<Move | undefined> {
  const rows = await manager.query<Move[]>(
    'SELECT previous, moved_at FROM platform.api_version_pin WHERE tenant_id = $1',
    [tenantId],
  );
  return rows[0];
}
