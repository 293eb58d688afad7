import { Injectable, type CanActivate, type ExecutionContext, type Type } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { AuthGuard, type IAuthGuard } from '@nestjs/passport';
import { ACCESS, DomainError, type Access, type Principal, type PrincipalRequest } from '@tenantry/kernel';
import { tokenInvalid } from '../auth.errors.js';
import { OPERATOR_STRATEGY } from '../tokens/operator.strategy.js';
import { USER_STRATEGY } from '../tokens/user.strategy.js';

interface BearerRequest extends PrincipalRequest {
  readonly headers: { readonly authorization?: string };
}

function bearerGuard(strategy: string): Type<IAuthGuard> {
  return class extends AuthGuard(strategy) {
    override handleRequest<User>(error: unknown, user: User | false, info: unknown): User {
      if (error instanceof DomainError) throw error;
      if (error || !user) throw tokenInvalid(error ?? info);
      return user;
    }

    override getAuthenticateOptions() {
      return { session: false, property: 'principal' };
    }
  };
}

/**
 * Says who is calling, from the bearer token alone. A request without a token goes on as nobody's; the permission guard
 * refuses it where somebody is needed. A token that does not verify is refused at once.
 */
@Injectable()
export class AuthenticationGuard implements CanActivate {
  private readonly user = new (bearerGuard(USER_STRATEGY))();
  private readonly operator = new (bearerGuard(OPERATOR_STRATEGY))();

  constructor(private readonly reflector: Reflector) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const access = this.reflector.getAllAndOverride<Access>(ACCESS, [context.getHandler(), context.getClass()]);
    const request = context.switchToHttp().getRequest<BearerRequest>();
    if (access.kind === 'public' || request.headers.authorization === undefined) return true;
    await (access.kind === 'operator' ? this.operator : this.user).canActivate(context);
    assertPrincipal(request.principal);
    return true;
  }
}

function assertPrincipal(principal: Principal | undefined): asserts principal is Principal {
  if (!principal) throw tokenInvalid();
}
