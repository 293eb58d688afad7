import { Injectable } from '@nestjs/common';
import { Settings } from '@tenantry/kernel';
import type { Tenant } from '../context/tenant.js';
import { isReservedSlug } from '../lifecycle/slug.js';
import { TenantRegistry } from '../registry/tenant-registry.js';
import {
  TenantAmbiguous,
  TenantMismatch,
  TenantRequired,
  TenantSuspended,
  TenantUnavailable,
  TenantUnknown,
} from './resolution.errors.js';
import { readHost } from './tenant-host.js';

/** What a request says of its tenant, wherever it says it. */
export interface TenantClaims {
  /** Host as the client meant it, with port. */
  readonly host: string;
  /** Values of `X-Tenant`: slug or id. */
  readonly header?: string;
  /** Tenant id that a verified credential carries. */
  readonly credential?: string;
}

const RETRY_AFTER = '5';

/**
 * Finds the tenant that a request means. All that it says must agree; a tenant that may not be used is refused.
 *
 * @since 0.1.0
 */
@Injectable()
export class TenantResolver {
  private readonly baseDomain: string;

  constructor(
    private readonly registry: TenantRegistry,
    settings: Settings,
  ) {
    this.baseDomain = settings.get('TENANTRY_BASE_DOMAIN');
  }

  /**
   * @throws TENANT_MISMATCH, TENANT_UNKNOWN, TENANT_SUSPENDED, TENANT_UNAVAILABLE
   */
  async find(claims: TenantClaims): Promise<Tenant | undefined> {
    const named = await Promise.all([
      this.byHost(claims.host),
      this.byHeader(claims.header),
      this.byId(claims.credential),
    ]);
    // A wrong credential for this host is a mismatch before anything else is told of the tenants.
    const said = named.filter((each) => each !== undefined);
    const [first] = said;
    if (first === undefined) return undefined;
    if (said.some((each) => each?.id !== first?.id)) throw new TenantMismatch();
    if (first === null) throw new TenantUnknown();
    return available(first);
  }

  /** @throws TENANT_REQUIRED besides what `find` throws */
  async require(claims: TenantClaims): Promise<Tenant> {
    const tenant = await this.find(claims);
    if (!tenant) throw new TenantRequired();
    return tenant;
  }

  private async byHost(host: string): Promise<Tenant | null | undefined> {
    const reference = readHost(host, this.baseDomain);
    if (!reference) return undefined;
    if ('domain' in reference) return (await this.registry.findByDomain(reference.domain)) ?? undefined;
    if (isReservedSlug(reference.slug)) return undefined;
    return this.registry.findBySlug(reference.slug);
  }

  private byHeader(header: string | undefined): Promise<Tenant | null> | undefined {
    return header === undefined ? undefined : this.registry.find(header);
  }

  private byId(id: string | undefined): Promise<Tenant | null> | undefined {
    return id === undefined ? undefined : this.registry.findById(id);
  }
}

/**
 * Refuses a request with two Host, X-Tenant or Authorization headers, of which Node would silently keep one.
 *
 * @param rawHeaders names and values in turn, as Node gives them
 * @throws TENANT_AMBIGUOUS
 */
export function refuseDuplicateHeaders(rawHeaders: readonly string[]): void {
  for (const header of ['Host', 'X-Tenant', 'Authorization']) {
    const name = header.toLowerCase();
    const count = rawHeaders.filter((each, index) => index % 2 === 0 && each.toLowerCase() === name).length;
    if (count > 1) throw new TenantAmbiguous(header);
  }
}

function available(tenant: Tenant): Tenant {
  switch (tenant.status) {
    case 'active':
      return tenant;
    case 'suspended':
      throw new TenantSuspended();
    case 'deleted':
      throw new TenantUnknown();
    default:
      throw new TenantUnavailable({ headers: { 'retry-after': RETRY_AFTER } });
  }
}
