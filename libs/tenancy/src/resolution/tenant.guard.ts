import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { ACCESS, type Access, type MaybePromise, type PrincipalRequest } from '@tenantry/kernel';
import type { Tenant } from '../context/tenant.js';
import { bindRequestScope } from '../context/tenant-context.js';
import { TenantResolver } from './tenant-resolver.js';

/** The part of a request that the guard reads and writes. */
export interface TenantRequest extends PrincipalRequest {
  tenant?: Tenant;
  readonly host: string;
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
    const tenant = wish === 'required' ? this.resolver.require(claims) : this.resolver.find(claims);
    return tenant instanceof Promise ? tenant.then((found) => bind(request, found)) : bind(request, tenant);
  }
}

function bind(request: TenantRequest, tenant: Tenant | undefined): true {
  if (tenant) bindRequestScope(tenant);
  request.tenant = tenant;
  return true;
}
