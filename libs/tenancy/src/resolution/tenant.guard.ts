import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { ACCESS, type Access, type MaybePromise, type PrincipalRequest } from '@tenantry/kernel';
import type { Tenant } from '../context/tenant.js';
import { bindRequestScope } from '../context/tenant-context.js';
import { TenantMismatch, TenantMoved, TenantUnknown } from './resolution.errors.js';
import { TenantResolver } from './tenant-resolver.js';

/** The part of a request that the guard reads and writes. */
export interface TenantRequest extends PrincipalRequest {
  tenant?: Tenant;
  readonly host: string;
  /** As the client used it: that of a trusted proxy's client. */
  readonly protocol: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** Resolves the request's tenant and binds the request to it; what comes after runs inside the tenant. */
@Injectable()
export class TenantGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly resolver: TenantResolver,
  ) {}

  canActivate(context: ExecutionContext): MaybePromise<boolean> {
    const access = this.reflector.getAllAndOverride<Access>(ACCESS, [context.getHandler(), context.getClass()]);
    const wish = access.kind === 'public' ? access.tenant : access.kind === 'operator' ? 'none' : 'required';
    if (wish === 'none') return true;
    const request = context.switchToHttp().getRequest<TenantRequest>();
    const { host, headers, principal } = request;
    const header = headers['x-tenant'];
    const claims = {
      host,
      header: Array.isArray(header) ? header.join() : header,
      credential: principal?.kind === 'user' ? principal.tenantId : undefined,
    };
    try {
      const tenant = wish === 'required' ? this.resolver.require(claims) : this.resolver.find(claims);
      if (!(tenant instanceof Promise)) return bind(request, tenant);
      return tenant.then(
        (found) => bind(request, found),
        (error: unknown) => this.lookElsewhere(error, request),
      );
    } catch (error) {
      return this.lookElsewhere(error, request);
    }
  }

  /** A host that named a tenant before it was renamed leads to where it is now. */
  private async lookElsewhere(error: unknown, { host, protocol, url }: TenantRequest): Promise<never> {
    const isUnknown = error instanceof TenantUnknown || error instanceof TenantMismatch;
    const found = isUnknown ? await this.resolver.renamedHost(host) : undefined;
    throw found === undefined ? error : new TenantMoved(`${protocol}://${found}${url}`);
  }
}

function bind(request: TenantRequest, tenant: Tenant | undefined): true {
  if (tenant) bindRequestScope(tenant);
  request.tenant = tenant;
  return true;
}
