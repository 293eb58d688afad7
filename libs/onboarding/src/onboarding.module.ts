import { Module, type DynamicModule, type Type } from '@nestjs/common';
import { ApiModule } from '@tenantry/api';
import { AuthModule } from '@tenantry/auth';
import { BillingModule } from '@tenantry/billing';
import { TenantryModule, type TenantSeed } from '@tenantry/kernel';
import { FleetOperationRun } from './migrations/fleet-operation-run.js';
import { FleetOperations } from './migrations/fleet-operations.js';
import { FleetState } from './migrations/fleet-state.js';
import { MigrationsController } from './migrations/migrations.controller.js';
import { OperationEventsController } from './migrations/operation-events.controller.js';
import { OperationEvents } from './migrations/operation-events.js';
import { CloneMaking } from './clones/clone-making.js';
import { CloneSteps } from './clones/clone-steps.js';
import { TenantClones } from './clones/tenant-clones.js';
import { ArchiveFolder } from './exports/archive-folder.js';
import { ExportDirectory } from './exports/export-directory.js';
import { ExportRetention } from './exports/export-retention.js';
import { ExportsController } from './exports/exports.controller.js';
import { TenantExports } from './exports/tenant-exports.js';
import { ArchiveImport } from './imports/archive-import.js';
import { ArchiveUpload } from './imports/archive-upload.js';
import { ArchivedTenant } from './imports/archived-tenant.js';
import { ImportSteps } from './imports/import-steps.js';
import { ImportsController } from './imports/imports.controller.js';
import { TenantImports } from './imports/tenant-imports.js';
import { BegunOperation } from './operations/begun-operation.js';
import { DuePurges } from './operations/due-purges.js';
import { OperationDirectory } from './operations/operation-directory.js';
import { OperationRetention } from './operations/operation-retention.js';
import { OperationSweeper } from './operations/operation-sweeper.js';
import { OperationViews } from './operations/operation-views.js';
import { TenantOperations } from './operations/tenant-operations.js';
import { OperationsAreMany } from './operations/operations-are-many.change.js';
import { OperationsController } from './operations/operations.controller.js';
import { BegunTenants } from './tenants/begun-tenants.js';
import { CreateSignup1794400000000 } from './signup/create-signup.migration.js';
import { SignupExtensionsModule } from './signup/signup-extensions.js';
import { signupProviders } from './signup/signup-providers.js';
import { SignupRequest } from './signup/signup-request.entity.js';
import { SignupController } from './signup/signup.controller.js';
import { OwnerInvitations } from './tenants/owner-invitations.js';
import { OwnerStep } from './tenants/owner-step.js';
import { TenantChanges } from './tenants/tenant-changes.js';
import { NewTenantChecks } from './tenants/new-tenant-checks.js';
import { SeedStep } from './tenants/seed-step.js';
import { TenantCreation } from './tenants/tenant-creation.js';
import { TenantSeeds } from './tenants/tenant-seeds.js';
import { TenantDirectory } from './tenants/tenant-directory.js';
import { TenantEndings } from './tenants/tenant-endings.js';
import { TenantPlan } from './tenants/tenant-plan.js';
import { TenantRenaming } from './tenants/tenant-renaming.js';
import { TenantStateController } from './tenants/tenant-state.controller.js';
import { TenantTransferController } from './tenants/tenant-transfer.controller.js';
import { TenantRows } from './tenants/tenant-rows.js';
import { TenantsController } from './tenants/tenants.controller.js';
import { TenantMaking } from './tenants/tenant-making.js';
import { WarmPoolController } from './warm/warm-pool.controller.js';

/** The admin endpoints that make, change and end tenants. */
@TenantryModule({
  name: 'onboarding',
  description: 'Making, changing and ending tenants.',
  compatibility: '^1.0.0',
  apiSince: '2026-11-01',
  apiChanges: [OperationsAreMany],
  imports: [ApiModule, AuthModule, BillingModule, SignupExtensionsModule],
  platformEntities: [SignupRequest],
  platformMigrations: [CreateSignup1794400000000],
  controllers: [
    OperationsController,
    SignupController,
    TenantsController,
    TenantStateController,
    TenantTransferController,
    ExportsController,
    ImportsController,
    MigrationsController,
    OperationEventsController,
    WarmPoolController,
  ],
  providers: [
    ArchivedTenant,
    ArchiveFolder,
    ArchiveImport,
    ArchiveUpload,
    BegunOperation,
    BegunTenants,
    CloneMaking,
    CloneSteps,
    ExportDirectory,
    ExportRetention,
    ImportSteps,
    TenantClones,
    TenantExports,
    TenantImports,
    TenantRows,
    DuePurges,
    FleetOperationRun,
    FleetOperations,
    FleetState,
    OperationEvents,
    OperationRetention,
    NewTenantChecks,
    OperationDirectory,
    OperationSweeper,
    OperationViews,
    OwnerInvitations,
    OwnerStep,
    SeedStep,
    TenantChanges,
    TenantCreation,
    TenantDirectory,
    TenantEndings,
    TenantMaking,
    TenantOperations,
    TenantPlan,
    ...signupProviders,
    TenantRenaming,
  ],
})
export class OnboardingModule {}

/** Makes the seeds of all modules known to onboarding. */
@Module({})
export class SeedsModule {
  static forRoot(seeds: readonly Type<TenantSeed>[]): DynamicModule {
    return {
      module: SeedsModule,
      global: true,
      providers: [{ provide: TenantSeeds, useFactory: () => new TenantSeeds(seeds) }],
      exports: [TenantSeeds],
    };
  }
}
