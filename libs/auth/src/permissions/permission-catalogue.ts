import { Injectable } from '@nestjs/common';
import type { PermissionDeclaration, TenantryModuleMetadata } from '@tenantry/kernel';

/** The built-in roles of every tenant, from most to least. */
export const ROLES = ['owner', 'admin', 'member'] as const;

export interface DeclaredPermission {
  readonly name: string;
  readonly description: string;
  /** Built-in roles that hold it. */
  readonly roles: readonly string[];
}

/** All permissions of all modules, and what each role holds. An owner holds every one. */
@Injectable()
export class PermissionCatalogue {
  readonly permissions: readonly DeclaredPermission[];
  private readonly byRoles = new Map<string, ReadonlySet<string>>();

  constructor(modules: readonly Pick<TenantryModuleMetadata, 'name' | 'permissions'>[]) {
    this.permissions = modules.flatMap((module) =>
      Object.entries(module.permissions ?? {}).map(([name, declaration]) => declared(module.name, name, declaration)),
    );
    const names = this.permissions.map(({ name }) => name);
    const twice = names.find((name, index) => names.indexOf(name) !== index);
    if (twice) throw new Error(`Permission "${twice}" is declared by two modules.`);
  }

  has(permission: string): boolean {
    return this.permissions.some(({ name }) => name === permission);
  }

  /** What a caller with these roles may do. Unknown roles hold nothing. */
  permissionsOf(roles: readonly string[]): ReadonlySet<string> {
    const key = ROLES.filter((role) => roles.includes(role)).join();
    const known = this.byRoles.get(key);
    if (known) return known;
    const held = this.permissions.filter((permission) => roles.some((role) => permission.roles.includes(role)));
    const permissions = new Set(held.map(({ name }) => name));
    this.byRoles.set(key, permissions);
    return permissions;
  }
}

function declared(module: string, name: string, declaration: PermissionDeclaration): DeclaredPermission {
  if (!/^[a-z][a-z0-9-]*:[a-z][a-z0-9-]*$/.test(name)) {
    throw new Error(`Module "${module}": permission "${name}" is not of the form area:action.`);
  }
  const { description, roles } =
    typeof declaration === 'string' ? { description: declaration, roles: ROLES } : declaration;
  const unknown = roles.find((role) => !(ROLES as readonly string[]).includes(role));
  if (unknown) throw new Error(`Module "${module}": permission "${name}" is given to the unknown role "${unknown}".`);
  return { name, description, roles: [...new Set(['owner', ...roles])] };
}
