import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { ACCESS, type Access, type PrincipalRequest, type UserPrincipal } from '@tenantry/kernel';
import { TenantContext, TenantMismatch } from '@tenantry/tenancy';
import { authRequired, PermissionDenied, sessionEnded } from '../auth.errors.js';
import { SessionRevocations } from '../sessions/session-revocations.js';

/** Refuses who may not. Runs after the tenant is known. */
@Injectable()
export class PermissionGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly context: TenantContext,
    private readonly revocations: SessionRevocations,
  ) {}

  canActivate(context: ExecutionContext): boolean {
    const access = this.reflector.getAllAndOverride<Access>(ACCESS, [context.getHandler(), context.getClass()]);
    const request = context.switchToHttp().getRequest<PrincipalRequest>();
    const { principal } = request;
    if (access.kind === 'public') {
      if (principal?.kind === 'user') this.admit(request, principal);
      return true;
    }
    if (!principal) throw authRequired();
    if (access.kind === 'operator') {
      if (principal.kind !== 'operator') throw authRequired();
      return true;
    }
    if (principal.kind !== 'user') throw authRequired();
    this.admit(request, principal);
    if (access.kind === 'permission') {
      const missing = access.permissions.filter((permission) => !principal.permissions.has(permission));
      if (missing.length > 0) throw new PermissionDenied(missing.join(', '));
    }
    return true;
  }

  /** Known here; whether it may do this very thing is another matter. */
  private admit(request: PrincipalRequest, principal: UserPrincipal): void {
    if (principal.tenantId !== this.context.current().id) throw new TenantMismatch();
    if (this.revocations.isRevoked(principal.sessionId)) throw sessionEnded();
    request.admitted = true;
  }
}
