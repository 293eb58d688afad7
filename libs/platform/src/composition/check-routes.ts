import type { PermissionCatalogue } from '@tenantry/auth';
import type { Route } from './routes.js';

/** Routes whose access is not declared as it must be; found before the server listens. */
export class RouteFault extends Error {
  constructor(readonly faults: readonly string[]) {
    super(`Routes that the platform does not serve as they are:\n${faults.map((fault) => `  ${fault}`).join('\n')}`);
    this.name = 'RouteFault';
  }
}

/** @throws RouteFault listing every route at fault */
export function checkRoutes(routes: readonly Route[], catalogue: PermissionCatalogue): void {
  const faults = routes.flatMap((route) =>
    faultOf(route, catalogue).map((fault) => `${route.method} ${route.path} (${route.handler}): ${fault}`),
  );
  if (faults.length > 0) throw new RouteFault(faults);
}

const REL_NAME = /^[a-z][a-z0-9-]*$/;

function faultOf({ access, path, feature, rel }: Route, catalogue: PermissionCatalogue): string[] {
  if (!access) return ['declares no access: give it @Requires(...), @SignedIn(), @OperatorOnly() or @Public().'];
  const isControl = path === '/admin' || path.startsWith('/admin/');
  if (access.kind === 'operator' && !isControl) return ['is for operators, whose routes are under /admin.'];
  const isOpen = access.kind === 'public' && access.tenant === 'none';
  if (isControl && access.kind !== 'operator' && !isOpen)
    return ['is under /admin and therefore for operators: @OperatorOnly().'];
  const hasTenant = access.kind !== 'operator' && !(access.kind === 'public' && access.tenant !== 'required');
  if (feature !== undefined && !hasTenant) return ['requires a feature, which only a route that demands a tenant can.'];
  if (rel !== undefined && !REL_NAME.test(rel))
    return [`has the relation "${rel}", which is not of the form [a-z][a-z0-9-]*.`];
  if (access.kind !== 'permission') return [];
  return access.permissions
    .filter((permission) => !catalogue.has(permission))
    .map((permission) => `requires "${permission}", which no module declares.`);
}
