// What a module author uses.
export {
  Caller,
  Clock,
  defineError,
  DomainError,
  InvalidSettings,
  isId,
  MayBeAbsent,
  newId,
  OperatorOnly,
  Page,
  PageQuery,
  parseSettings,
  Public,
  Requires,
  Settings,
  SignedIn,
  TenantryModule,
  type EntityClass,
  type MigrationClass,
  type Principal,
  type TenantryModuleMetadata,
  type TenantSeed,
  type UserPrincipal,
} from '@tenantry/kernel';
export { findPage, TenantContext, TenantLock, TenantTransaction, type Tenant } from '@tenantry/tenancy';

// What a host program uses.
export { listedModules } from './composition/load-modules.js';
export { ModuleFault } from './composition/module-fault.js';
export { RouteFault } from './composition/check-routes.js';
export { routesOf, type Route } from './composition/routes.js';
export { describeErrors } from './http/describe-errors.js';
export { openApi } from './http/openapi.js';
export { StructuredLogger } from './logging/structured-logger.js';
export { createPlatform, type PlatformOptions } from './start/create-platform.js';
export { Platform } from './start/platform.js';
export { migrate, type MigrationReport } from './start/migrate.js';
export { serve } from './start/serve.js';
export { resetOperatorPassword } from './start/reset-operator-password.js';
export { rolesSql } from './start/roles-sql.js';
