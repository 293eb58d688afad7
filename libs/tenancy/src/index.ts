export {
  ArchiveGone,
  ArchiveIncompatible,
  ArchiveInvalid,
  ArchiveStorageFull,
  ArchiveTooLarge,
  ArchiveTooNew,
} from './archive/archive.errors.js';
export { type Manifest } from './archive/archive-format.js';
export { TenantChanged } from './archive/copy-rows.js';
export { exportTenant, migrationsOf, type TenantExportOptions } from './archive/export-tenant.js';
export { TenantLoading, type LoadingTarget } from './archive/tenant-loading.js';
export { verifyArchive } from './archive/verify-archive.js';
export type { WrittenArchive } from './archive/write-archive.js';
export { findPage } from './collection/find-page.js';
export { findResource } from './collection/find-resource.js';
export { columnOf } from './collection/query-faults.js';
export { valueKind } from './collection/value-kind.js';
export { StatementRefused, TenantEntryDenied } from './connection/connection.errors.js';
export { Placement, SingleServerPlacement, type TenantServer } from './connection/placement.js';
export { PoolerReach } from './connection/pooler-reach.js';
export { TenantClient, type TenantClientConfig } from './connection/tenant-client.js';
export { openTenantDataSource, type TenantDataSourceOptions } from './connection/tenant-data-source.js';
export { TenantLock } from './connection/tenant-lock.js';
export { TenantPool, type TenantPoolOptions } from './connection/tenant-pool.js';
export { askingItself, isAskingItself, openRequestScope, TenantContext } from './context/tenant-context.js';
export { TenantContextChanged, TenantContextMissing } from './context/tenant-context.errors.js';
export {
  tenantRole,
  tenantSchema,
  tenantSearchPath,
  PLATFORM_SCHEMA,
  REFERENCE_SCHEMA,
} from './context/tenant-names.js';
export { TENANT_STATUSES, type Maintenance, type Tenant, type TenantStatus } from './context/tenant.js';
export { inTransaction, OwnerDatabase } from './control/owner-database.js';
export { PLATFORM } from './control/platform-data-source.js';
export { PlatformLogin } from './control/platform-login.js';
export { TenantDomainEntity } from './control/tenant-domain.entity.js';
export { FormerSlugEntity } from './control/former-slug.entity.js';
export { TenantExportEntity } from './control/tenant-export.entity.js';
export { TenantOperationEntity, type OperationProgress } from './control/tenant-operation.entity.js';
export { TenantEntity } from './control/tenant.entity.js';
export { announceTransition, type TenantTransition } from './lifecycle/announce-transition.js';
export { Events, type EmitOptions } from './events/events.js';
export { BackgroundFull, BackgroundNameUnknown, BackgroundPayloadInvalid } from './events/events.errors.js';
export { type TenantEvent } from './events/tenant-event.js';
export { TENANT_EVENTS, type TenantEventType } from './events/tenant-events.js';
export { isConnectionLost } from './connection/lost-connection.js';
export { entitiesOfTransaction } from './transaction/entities-of-transaction.js';
export { writtenByTenant } from './events/written-by-tenant.js';
export { FleetDrift, type DriftOptions, type DriftReport, type TenantDrift } from './drift/fleet-drift.js';
export type { Difference } from './drift/schema-drift.js';
export { coreSteps, type CoreSteps } from './lifecycle/core-steps.js';
export {
  TenantBusy,
  TenantProvisioningFailed,
  TenantSlugInvalid,
  TenantSlugReserved,
  TenantSlugTaken,
  TenantTransitionInvalid,
} from './lifecycle/lifecycle.errors.js';
export { checkSlug } from './lifecycle/slug.js';
export { TenantDdl } from './lifecycle/tenant-ddl.js';
export { TenantLifecycle } from './lifecycle/tenant-lifecycle.js';
export { isUniqueViolation, TenantProvisioning, type NewTenant } from './lifecycle/tenant-provisioning.js';
export type { FleetPlan } from './migrations/fleet-migration.js';
export type {
  FleetMigrationResult,
  FleetOptions,
  FleetProgress,
  TenantFailure,
  TenantOutcome,
  WaveProgress,
} from './migrations/fleet-options.js';
export type { LintFinding } from './migrations/lint/lint-finding.js';
export { MigrationFault } from './migrations/tenant-migration.js';
export { TenantMigrations } from './migrations/tenant-migrations.js';
export { OperatorRequests, type BegunRequest } from './operator-requests/operator-requests.js';
export { earlierEffect, noteEffect, underKey } from './operator-requests/request-effect.js';
export { parseWave, type Wave } from './migrations/wave.js';
export { OperationPlans, type OperationPlan } from './operations/operation-plans.js';
export { beginOperation, OPERATION_EFFECT, refuseBusy, type OperationWish } from './operations/begin-operation.js';
export { earlierOperation } from './operations/earlier-operation.js';
export type { LongOperation, LongOperationPlan } from './operations/long-operation-plan.js';
export { LongOperations } from './operations/long-operations.js';
export { OperationCancelled, OperationNotCancellable } from './operations/operation.errors.js';
export { OperationRunner, StepFailed } from './operations/operation-runner.js';
export { DatabaseNotPrepared, openDatabase, pendingPlatformMigrations, requireInstallation } from './open-database.js';
export type { Checkpoint, OperationStep, StepContext } from './operations/operation-step.js';
export { prepareDatabase, roleInput, SecretMismatch, type PreparedDatabase } from './prepare-database.js';
export { Notifications, type NotificationHandlers } from './registry/notifications.js';
export { type TenantChange } from './registry/tenant-change.js';
export { SLUG, TenantRegistry, toTenant } from './registry/tenant-registry.js';
export {
  TenantMismatch,
  TenantMoved,
  TenantRequired,
  TenantSuspended,
  TenantUnavailable,
  TenantUnknown,
} from './resolution/resolution.errors.js';
export { TenantAvailability } from './resolution/tenant-availability.js';
export { refuseDuplicateHeaders, TenantResolver } from './resolution/tenant-resolver.js';
export { TenantGuard, type TenantRequest } from './resolution/tenant.guard.js';
export { IsolationWeakened, probeIsolation, type Finding } from './roles/isolation-probe.js';
export { LOGIN_ROLES, loginRoleName, loginUrl } from './roles/login-roles.js';
export { RolesNotPrepared } from './roles/prepare-roles.js';
export { roleSql } from './roles/role-sql.js';
export { TenancyModule, tenancyMetadata, type TenancyOptions } from './tenancy.module.js';
export type { Isolation } from './transaction/isolation.js';
export { TenantTransaction } from './transaction/tenant-transaction.js';
export { TransactionBusy, TransactionEnded, TransactionIsolation } from './transaction/transaction.errors.js';
export { WarmPool, type WarmPoolStatus } from './warm/warm-pool.js';
export { WarmProvisioning } from './warm/warm-provisioning.js';
export { WarmModule } from './warm/warm.module.js';
