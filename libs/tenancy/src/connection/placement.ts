import type { Tenant } from '../context/tenant.js';

/** A Postgres server that holds tenants' schemas. */
export interface TenantServer {
  readonly name: string;
  /** Connection string of the application's login role, perhaps through a pooler. */
  readonly url: string;
}

/**
 * Says on which server a tenant's schema lives. Every connection to tenants' data is opened through it; with several
 * servers there is a pool for each server, never for each tenant.
 *
 * @since 0.1.0
 */
export abstract class Placement {
  abstract serverOf(tenant: Tenant): TenantServer;
  /** The server used for what concerns no tenant, such as asking for the version. */
  abstract readonly first: TenantServer;
}

/** All tenants on one server. */
export class SingleServerPlacement extends Placement {
  constructor(readonly first: TenantServer) {
    super();
  }

  override serverOf(): TenantServer {
    return this.first;
  }
}
