import { SetMetadata } from '@nestjs/common';
import { ACCESS, type Access, type PublicCredential, type PublicTenant } from './access.js';

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

/** How a route is open to everybody. */
export interface PublicOptions {
  /** `required` when absent: the tenant is named by host or header. */
  readonly tenant?: PublicTenant;
  /** `ignored` when absent. With `optional`, a credential is read if there is one, and a bad one is 401. */
  readonly credential?: PublicCredential;
}

/**
 * The route is open to everybody. By default it still belongs to a tenant, named by host or header.
 *
 * @since 0.1.0
 */
export const Public = ({ tenant = 'required', credential = 'ignored' }: PublicOptions = {}): RouteDecorator =>
  declare({ kind: 'public', tenant, credential });

/**
 * The route is for operators: the control plane, under `/admin`.
 *
 * @since 0.1.0
 */
export const OperatorOnly = (): RouteDecorator => declare({ kind: 'operator' });
