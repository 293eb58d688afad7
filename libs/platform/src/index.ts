// What a module author uses.
export {
  ApiVersions,
  AvailableWhen,
  Caller,
  Clock,
  CollectionOf,
  Cron,
  defineError,
  defineEvent,
  defineTask,
  DomainError,
  Embeddable,
  Ephemeral,
  Filterable,
  InvalidSettings,
  isId,
  MayBeAbsent,
  newId,
  newlyRequired,
  OnEvent,
  OperatorOnly,
  Page,
  PageQuery,
  parseSettings,
  Public,
  RequestInvalid,
  removed,
  renamed,
  replaced,
  revalued,
  schemaChange,
  ResourceQuery,
  Rel,
  Requires,
  RequiresFeature,
  Settings,
  SignedIn,
  Sortable,
  Task,
  TenantryModule,
  Throws,
  type ApiChange,
  type DomainEvent,
  type EventDefinition,
  type EntityClass,
  type FieldChange,
  type JobRun,
  type JsonObject,
  type JsonSchema,
  type MigrationClass,
  type Principal,
  type TaskDefinition,
  type TenantryModuleMetadata,
  type TenantSeed,
  type UserPrincipal,
} from '@tenantry/kernel';
export { Untagged } from '@tenantry/api';
export { HandlerFault, Tasks, type EnqueueOptions, type JobView } from '@tenantry/jobs';
export {
  Events,
  findPage,
  findResource,
  TenantContext,
  TenantLock,
  TenantTransaction,
  type Tenant,
} from '@tenantry/tenancy';
export {
  SignupExtensions,
  type Mail,
  type SignupAttempt,
  type SignupExtension,
  type SignupLetter,
} from '@tenantry/onboarding';

// What a host program uses.
export { describeVersion } from './contract/describe-versions.js';
export { servedContract, type ServedContract } from './contract/served-contract.js';
export { listedModules } from './composition/load-modules.js';
export { ModuleFault } from './composition/module-fault.js';
export { RouteFault } from './composition/check-routes.js';
export { routesOf, type Route } from './composition/routes.js';
export { describeErrors } from './http/describe-errors.js';
export { openApi } from './http/openapi.js';
export { StructuredLogger } from './logging/structured-logger.js';
export { createPlatform, type PlatformOptions } from './start/create-platform.js';
export { Platform } from './start/platform.js';
export { drift } from './start/drift.js';
export { lintMigrations, migrate, planMigration, type MigrationReport } from './start/migrate.js';
export {
  parseWave,
  type Difference,
  type DriftOptions,
  type DriftReport,
  type TenantDrift,
  type FleetOptions,
  type LintFinding,
  type FleetPlan,
  type FleetProgress,
  type TenantOutcome,
} from '@tenantry/tenancy';
export { serve } from './start/serve.js';
export { work } from './start/work.js';
export { resetOperatorPassword } from './start/reset-operator-password.js';
export { rolesSql } from './start/roles-sql.js';
export { Administration } from './administration/administration.js';
export { JobAdministration, type JobsOf } from './administration/job-administration.js';
export { InstallationMissing } from './administration/installation.js';
export { TenantTransfers, type ExportReport } from './administration/tenant-transfers.js';
export { TenantAdministration, type TenantRecord } from './administration/tenant-administration.js';
export { withAdministration, type AdministrationOptions } from './administration/with-administration.js';
export { examine } from './doctor/examine.js';
export type { Finding, Severity } from './doctor/finding.js';
