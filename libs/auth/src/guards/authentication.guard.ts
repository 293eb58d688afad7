import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { ACCESS, type Access, type MaybePromise, type Principal, type PrincipalRequest } from '@tenantry/kernel';
import type { BearerRequest } from '../tokens/bearer-strategy.js';
import { BearerTokens } from '../tokens/bearer-tokens.js';

/**
 * Says who is calling, from the bearer token alone. A request without a token goes on as nobody's; the permission guard
 * refuses it where somebody is needed. A token that does not verify is refused at once. Public routes look at tokens only
 * where they say so.
 */
@Injectable()
export class AuthenticationGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly tokens: BearerTokens,
  ) {}

  canActivate(context: ExecutionContext): MaybePromise<boolean> {
    const access = this.reflector.getAllAndOverride<Access>(ACCESS, [context.getHandler(), context.getClass()]);
    const request = context.switchToHttp().getRequest<BearerRequest & PrincipalRequest>();
    if (request.headers.authorization === undefined) return true;
    if (access.kind === 'public' && access.credential === 'ignored') return true;
    const principal = this.principal(access.kind, request);
    if (!(principal instanceof Promise)) return admit(request, principal);
    return principal.then((verified) => admit(request, verified));
  }

  private principal(kind: Access['kind'], request: BearerRequest): MaybePromise<Principal> {
    if (kind === 'public') return this.tokens.either(request);
    return kind === 'operator' ? this.tokens.operator(request) : this.tokens.user(request);
  }
}

function admit(request: PrincipalRequest, principal: Principal): true {
  request.principal = principal;
  return true;
}
