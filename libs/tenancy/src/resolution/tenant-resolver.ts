import { Injectable } from '@nestjs/common';
import { Settings, type MaybePromise } from '@tenantry/kernel';
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

/** Seconds, where nobody said how long it takes. */
const RETRY_AFTER = 5;

/**
 * Finds the tenant that a request means. All that it says must agree; a tenant that may not be used is refused.
 *
 * @since 0.1.0
 */
@Injectable()
export class TenantResolver {
  private readonly baseDomain: string;
  private readonly redirects: boolean;

  constructor(
    private readonly registry: TenantRegistry,
    settings: Settings,
  ) {
    this.baseDomain = settings.get('TENANTRY_BASE_DOMAIN');
    this.redirects = settings.get('TENANTRY_RENAMED_SLUGS') === 'redirect';
  }

  /**
   * @throws TENANT_MISMATCH, TENANT_UNKNOWN, TENANT_SUSPENDED, TENANT_UNAVAILABLE
   */
  find({ host, header, credential }: TenantClaims): MaybePromise<Tenant | undefined> {
    const named = [this.byHost(host), this.byHeader(header), this.byId(credential)];
    if (!named.some((each) => each instanceof Promise)) return agreed(named as Named[]);
    return Promise.all(named.map((each) => Promise.resolve(each))).then(agreed);
  }

  /** @throws TENANT_REQUIRED besides what `find` throws */
  require(claims: TenantClaims): MaybePromise<Tenant> {
    const tenant = this.find(claims);
    return tenant instanceof Promise ? tenant.then(required) : required(tenant);
  }

  /**
   * Where the tenant is that had the request's host before it was renamed.
   *
   * @returns its host now, with the port that was asked for
   */
  async renamedHost(host: string): Promise<string | undefined> {
    const reference = readHost(host, this.baseDomain);
    if (!this.redirects || !reference || !('slug' in reference)) return undefined;
    if (await this.registry.findBySlug(reference.slug)) return undefined;
    const tenant = await this.registry.findByFormerSlug(reference.slug);
    if (!tenant || tenant.status === 'deleted') return undefined;
    return `${tenant.slug}.${this.baseDomain}${/:\d+$/.exec(host)?.[0] ?? ''}`;
  }

  private byHost(host: string): MaybePromise<Named> {
    const reference = readHost(host, this.baseDomain);
    if (!reference) return undefined;
    if ('domain' in reference) return this.byDomain(reference.domain);
    return isReservedSlug(reference.slug) ? undefined : this.registry.findBySlug(reference.slug);
  }

  /** A name that is nobody's domain says nothing of the tenant: it may be the address of the whole platform. */
  private async byDomain(domain: string): Promise<Named> {
    return (await this.registry.findByDomain(domain)) ?? undefined;
  }

  private byHeader(header: string | undefined): MaybePromise<Named> {
    return header === undefined ? undefined : this.registry.find(header);
  }

  private byId(id: string | undefined): MaybePromise<Named> {
    return id === undefined ? undefined : this.registry.findById(id);
  }
}

/** The tenant that a part of a request names: null when there is none of that name, undefined when it names none. */
type Named = Tenant | null | undefined;

/** The one tenant that all of them name. A wrong credential for a host is a mismatch before anything else is told. */
function agreed(named: readonly Named[]): Tenant | undefined {
  const said = named.filter((each) => each !== undefined);
  const [first] = said;
  if (first === undefined) return undefined;
  if (said.some((each) => each?.id !== first?.id)) throw new TenantMismatch();
  if (first === null) throw new TenantUnknown();
  return available(first);
}

function required(tenant: Tenant | undefined): Tenant {
  if (!tenant) throw new TenantRequired();
  return tenant;
}

/**
 * Refuses a request with two Host, X-Tenant or Authorization headers, of which Node would silently keep one.
 *
 * @param rawHeaders names and values in turn, as Node gives them
 * @throws TENANT_AMBIGUOUS
 */
export function refuseDuplicateHeaders(rawHeaders: readonly string[]): void {
  const seen = new Set<string>();
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = SINGLE.get(rawHeaders[index]?.toLowerCase() ?? '');
    if (name === undefined) continue;
    if (seen.has(name)) throw new TenantAmbiguous(name);
    seen.add(name);
  }
}

const SINGLE = new Map(['Host', 'X-Tenant', 'Authorization'].map((name) => [name.toLowerCase(), name]));

function available(tenant: Tenant): Tenant {
  switch (tenant.status) {
    case 'active':
      return tenant;
    case 'suspended':
      throw new TenantSuspended();
    case 'deleted':
      throw new TenantUnknown();
    default:
      throw unavailable(tenant);
  }
}

function unavailable({ maintenance }: Tenant): Error {
  const { retryAfter = RETRY_AFTER, message } = maintenance ?? {};
  return new TenantUnavailable(message, { headers: { 'retry-after': String(retryAfter) } });
}
