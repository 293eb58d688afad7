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
import { OperationSweeper } from './operations/operation-sweeper.js';
import { TenantOperations } from './operations/tenant-operations.js';
import { OperationsController } from './operations/operations.controller.js';
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
import { TenantStateController } from './tenants/tenant-state.controller.js';
import { TenantsController } from './tenants/tenants.controller.js';

/** The admin endpoints that make, change and end tenants. */
@TenantryModule({
  name: 'onboarding',
  description: 'Making, changing and ending tenants.',
  compatibility: '^1.0.0',
  imports: [ApiModule, AuthModule, BillingModule],
  controllers: [
    OperationsController,
    TenantsController,
    TenantStateController,
    MigrationsController,
    OperationEventsController,
  ],
  providers: [
    FleetOperationRun,
    FleetOperations,
    FleetState,
    OperationEvents,
    NewTenantChecks,
    OperationSweeper,
    OwnerInvitations,
    OwnerStep,
    SeedStep,
    TenantChanges,
    TenantCreation,
    TenantDirectory,
    TenantEndings,
    TenantOperations,
    TenantPlan,
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
