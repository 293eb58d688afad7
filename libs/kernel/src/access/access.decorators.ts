import { SetMetadata } from '@nestjs/common';
import { ACCESS, type Access, type PublicTenant } from './access.js';

type RouteDecorator = MethodDecorator & ClassDecorator;

const declare = (access: Access): RouteDecorator => SetMetadata(ACCESS, access);

/**
 * The route is for callers of the tenant who hold all of these permissions (`area:action`).
 *
 * @since 0.1.0
 */
export const Requires = (...permissions: [string, ...string[]]): RouteDecorator =>
  declare({ kind: 'permission', permissions });

/**
 * The route is for every signed-in caller of the tenant, whatever the permissions.
 *
 * @since 0.1.0
 */
export const SignedIn = (): RouteDecorator => declare({ kind: 'member' });

/**
 * The route is open to everybody. By default it still belongs to a tenant, named by host or header.
 *
 * @since 0.1.0
 */
export const Public = (options: { tenant?: PublicTenant } = {}): RouteDecorator =>
  declare({ kind: 'public', tenant: options.tenant ?? 'required' });

/**
 * The route is for operators: the control plane, under `/admin`.
 *
 * @since 0.1.0
 */
export const OperatorOnly = (): RouteDecorator => declare({ kind: 'operator' });
