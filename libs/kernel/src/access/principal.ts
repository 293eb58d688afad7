import { createParamDecorator, type ExecutionContext } from '@nestjs/common';

/** An operator: acts on the control plane. */
export interface OperatorPrincipal {
  readonly kind: 'operator';
  readonly id: string;
}

/** A user of one tenant, as the access token says. */
export interface UserPrincipal {
  readonly kind: 'user';
  readonly id: string;
  readonly tenantId: string;
  readonly sessionId: string;
  readonly roles: readonly string[];
  readonly permissions: ReadonlySet<string>;
}

export type Principal = OperatorPrincipal | UserPrincipal;

/** The part of a request that the platform's guards write and everybody may read. */
export interface PrincipalRequest {
  principal?: Principal;
  /** Whether the guards let the caller in. */
  admitted?: boolean;
  /** Features that the tenant's plan has and its settings leave on. Undefined where there is no tenant. */
  features?: ReadonlySet<string>;
}

/**
 * The caller, in a handler's parameter. Undefined on public routes, unless they read a credential and there is one.
 *
 * @since 0.1.0
 */
export const Caller = createParamDecorator(
  (_: unknown, context: ExecutionContext) => context.switchToHttp().getRequest<PrincipalRequest>().principal,
);
